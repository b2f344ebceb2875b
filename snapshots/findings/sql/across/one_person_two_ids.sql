-- ONE_PERSON_TWO_IDS: P < Q, each on some roll, with one match_key; the lowest schools where they have it.
--   holders: (person, lowest school).
SELECT 'ONE_PERSON_TWO_IDS', pair.1.1 AS person, min(pair.1.2), min(pair.2.2), pair.2.1 AS other, [hex(person), hex(other)]
FROM (
    SELECT groupArray((person, lowest)) AS holders
    FROM (
        SELECT matching, person, min(school_code) AS lowest FROM findings_matched
        WHERE matching IN (SELECT matching FROM findings_matched GROUP BY matching HAVING uniqExact(person) > 1)
        GROUP BY matching, person
    )
    GROUP BY matching
)
ARRAY JOIN arrayFilter(two -> two.1.1 < two.2.1, arrayFlatten(arrayMap(p -> arrayMap(q -> (p, q), holders), holders))) AS pair
GROUP BY person, other
