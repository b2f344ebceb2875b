-- One row per school, its events as arrays, and one more for its pupils of several numbers. Grouping by a handful of keys is what
-- makes the fold fast.
SELECT
    school_code, joined,
    groupArray(person) AS persons, groupArray(day) AS days, groupArray(moment) AS moments, groupArray(id) AS ids,
    groupArray(header) AS headers, groupArray(kind) AS kinds, groupArray(given) AS givens,
    groupArray(grade) AS grades, groupArray(room) AS rooms, groupArray(student_number) AS student_numbers,
    groupArray(sex) AS sexes, groupArray(birth_key) AS birth_keys, groupArray(disadvantage) AS disadvantages,
    groupArray(disability) AS disabilities, groupArray(boarding) AS boardings
FROM events
GROUP BY school_code, joined
