-- EVENT_AFTER_DEATH: a known event at s, itself no `died`, with an effective_date after the earliest known death's.
SELECT DISTINCT 'EVENT_AFTER_DEATH', person, school_code, 0, {none}
FROM known INNER JOIN (
    SELECT person, min(effective_date) AS died_on FROM known WHERE act = 'died' GROUP BY person
) AS deaths USING person
WHERE act != 'died' AND effective_date > died_on
