-- CORRECTION_WITHOUT_STAY: a known correction since ENTRY at s before (≺) the first known entry there, or without one.
SELECT DISTINCT 'CORRECTION_WITHOUT_STAY', person, school_code, 0, event_id
FROM (SELECT person, school_code, event_id, place FROM known WHERE act = 'mended') AS corrections
LEFT JOIN (
    SELECT person, school_code, 1 AS is_entered, min(place) AS entered
    FROM moves
    WHERE rank = 0 AND person IN (SELECT person FROM known WHERE act = 'mended')
    GROUP BY person, school_code
) AS entries USING (person, school_code)
WHERE NOT (is_entered AND entered < place)
