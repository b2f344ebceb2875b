-- Rule 5.3: from an old number to the number its steps end in. One on a cycle is not followed; what leads to a cycle is
-- followed up to it. Nearly all numbers are replaced once: those need no walk.
WITH RECURSIVE way AS (
    SELECT old, new AS reached, [old] AS passed FROM identity_steps WHERE new IN (SELECT old FROM identity_steps)
    UNION ALL
    SELECT way.old, step.new, arrayPushBack(way.passed, way.reached)
    FROM way INNER JOIN identity_steps AS step ON step.old = way.reached
    WHERE NOT has(way.passed, way.reached)
),
walked AS (SELECT * FROM way),
on_cycle AS (SELECT old FROM walked WHERE reached = old)
SELECT old, argMin(reached, length(passed)) AS new
FROM walked
WHERE old NOT IN (SELECT old FROM on_cycle)
  AND (reached NOT IN (SELECT old FROM identity_steps) OR reached IN (SELECT old FROM on_cycle))
GROUP BY old
UNION ALL
SELECT old, new FROM identity_steps WHERE new NOT IN (SELECT old FROM identity_steps)
