-- m(P, s): the match_key of P's last known entry at s that has one; of schools that have P on the roll.
WITH entries AS (
    SELECT * FROM moves WHERE rank = 0 AND (person, school_code) IN (SELECT person, school_code FROM on_roll)
)
SELECT person, school_code, argMax(match_key, place) AS matching
FROM entries
INNER JOIN (
    SELECT school_code, event_id, toString(topic) AS topic, partition, offset, match_key FROM persons
    WHERE match_key != {none} AND (school_code, event_id) IN (SELECT school_code, event_id FROM entries)
) AS told USING (school_code, event_id, topic, partition, offset)
GROUP BY person, school_code
