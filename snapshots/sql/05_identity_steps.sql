-- Rule 5.3: from an old number to the one that took its place. An old number with two live targets is not followed.
SELECT person_key AS old, any(new_person_key) AS new
FROM acting_events
WHERE act = 'identity' AND (school_code, event_id) NOT IN (SELECT school_code, target FROM removed)
GROUP BY person_key
HAVING uniqExact(new_person_key) = 1
