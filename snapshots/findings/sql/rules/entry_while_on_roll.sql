-- ENTRY_WHILE_ON_ROLL: a known entry at s inside a stay that an earlier one under its own number opened or continued.
SELECT DISTINCT 'ENTRY_WHILE_ON_ROLL', person, school_code, 0, later.1.5
FROM (
    SELECT person, school_code, groupArray((begins, ends)) AS spans
    FROM stays
    WHERE person IN (SELECT person FROM moves WHERE rank = 0 GROUP BY person HAVING count() > 1)
    GROUP BY person, school_code, number
    HAVING length(spans) > 1
)
ARRAY JOIN arrayFilter(inner -> arrayExists(outer -> outer.1 < inner.1 AND inner.1 < outer.2, spans), spans) AS later
