-- ACTIVE_AT_TWO_SCHOOLS, ACTIVE_AT_TWO_AFFILIATIONS: on the rolls of s < t. The first two of ten digits are the affiliation.
SELECT
    if(intDiv(pair.1, 100000000) = intDiv(pair.2, 100000000), 'ACTIVE_AT_TWO_SCHOOLS', 'ACTIVE_AT_TWO_AFFILIATIONS') AS code,
    person, pair.1, pair.2, {none}
FROM (SELECT person, groupUniqArray(school_code) AS schools FROM on_roll GROUP BY person HAVING length(schools) > 1)
ARRAY JOIN arrayFilter(two -> two.1 < two.2, arrayFlatten(arrayMap(s -> arrayMap(t -> (s, t), schools), schools))) AS pair
