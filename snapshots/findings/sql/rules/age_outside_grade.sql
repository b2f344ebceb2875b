-- AGE_OUTSIDE_GRADE: whole years on 16 May of Y outside the range of the grade on the roll of s.
SELECT DISTINCT 'AGE_OUTSIDE_GRADE', person, school_code, 0, {none}
FROM on_roll INNER JOIN findings_births AS births USING birth_key
WHERE birth_key != 0
  AND has({grades}, grade)
  AND (age('year', born, toDate32({first_of_year})) < transform(grade, {grades}, {youngest}, toInt64(0))
       OR age('year', born, toDate32({first_of_year})) > transform(grade, {grades}, {oldest}, toInt64(0)))
