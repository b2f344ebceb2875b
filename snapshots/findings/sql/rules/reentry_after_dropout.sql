-- REENTRY_AFTER_DROPOUT: the known move just before a known entry at s, at whatever school, is a `dropped`.
SELECT DISTINCT 'REENTRY_AFTER_DROPOUT', person, school_code, 0, {none}
FROM (
    SELECT
        person, school_code, rank,
        lagInFrame(toString(act)) OVER (PARTITION BY person ORDER BY place ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before
    FROM moves
    WHERE person IN (SELECT person FROM moves WHERE act = 'dropped')
)
WHERE rank = 0 AND before = 'dropped'
