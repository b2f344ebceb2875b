-- census(Y, D, W) of the same pupils.
SELECT * FROM findings_roll
WHERE person BETWEEN toFixedString(unhex({first_person}), 16) AND toFixedString(unhex({last_person}), 16)
