-- TWO_PERSONS_ONE_ID: on the rolls of s < t, with two match_keys, and the birth dates on the two rolls given and differing.
--   places: (school, match_key, birth_key).
SELECT 'TWO_PERSONS_ONE_ID', person, pair.1.1, pair.2.1, {none}
FROM (
    SELECT person, groupUniqArray((school_code, matching, birth_key)) AS places
    FROM findings_roll INNER JOIN findings_matched USING (person, school_code)
    WHERE birth_key != 0
      AND person IN (SELECT person FROM findings_matched GROUP BY person HAVING uniqExact(matching) > 1)
    GROUP BY person
)
ARRAY JOIN arrayFilter(two -> two.1.1 < two.2.1 AND two.1.2 != two.2.2 AND two.1.3 != two.2.3,
                       arrayFlatten(arrayMap(s -> arrayMap(t -> (s, t), places), places))) AS pair
