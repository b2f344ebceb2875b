-- SEX_CHANGED, BIRTH_DATE_CHANGED: the last one told by s and the last one told by t differ. Told: given and not empty, by a
-- known entry or a known correction. Bits of `given`: schemas/attributes.py.
--   tellers: (school, value).
WITH
    elsewhere AS (SELECT person FROM known GROUP BY person HAVING min(school_code) != max(school_code)),
    told AS (
        SELECT 'SEX_CHANGED' AS code, person, school_code, argMax(sex, place) AS value
        FROM known
        WHERE (rank = 0 OR act IN ('mended', 'changed')) AND bitTest(given, 3) AND sex != '' AND person IN elsewhere
        GROUP BY person, school_code
        UNION ALL
        SELECT 'BIRTH_DATE_CHANGED', person, school_code, toString(argMax(birth_key, place))
        FROM known
        WHERE (rank = 0 OR act IN ('mended', 'changed')) AND bitTest(given, 4) AND birth_key != 0 AND person IN elsewhere
        GROUP BY person, school_code
    )
SELECT code, person, pair.1.1, pair.2.1, {none}
FROM (
    SELECT code, person, groupArray((school_code, value)) AS tellers FROM told GROUP BY code, person HAVING uniqExact(value) > 1
)
ARRAY JOIN arrayFilter(two -> two.1.1 < two.2.1 AND two.1.2 != two.2.2,
                       arrayFlatten(arrayMap(s -> arrayMap(t -> (s, t), tellers), tellers))) AS pair
