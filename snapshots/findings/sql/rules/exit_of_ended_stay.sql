-- EXIT_OF_ENDED_STAY: a known exit under a replaced number behind an entry under it, and behind the end of every such stay.
SELECT 'EXIT_OF_ENDED_STAY', person, school_code, 0, event_id
FROM (
    SELECT DISTINCT
        person, school_code, number, event_id,
        (toUInt32(academic_year), toUInt32(toUInt16(effective_date)), recorded_at, rank, event_id) AS moment
    FROM moves
    WHERE rank = 2 AND number != person
) AS leaving
INNER JOIN (
    SELECT * FROM stays WHERE person IN (SELECT person FROM moves WHERE rank = 2 AND number != person)
) AS stayed USING (person, school_code, number)
WHERE begins < moment
GROUP BY person, school_code, event_id, moment
HAVING max(ends) < moment
