-- Rule 5.4: one row per pupil and school, the events in the order of the walk. A place is an event's position in it, from 1.
-- The table's own order is the walk's, so most schools need no sort; parts not merged yet, a school read by two threads and
-- joined numbers do. A row stored twice is dropped there too: it breaks the strict order.
SELECT
    school_code, joined,
    pupil.1[1] AS person, pupil.2 AS days, pupil.4 AS ids, pupil.3 AS moments, pupil.5 AS headers, pupil.6 AS all_kinds,
    pupil.7 AS givens, pupil.8 AS grades, pupil.9 AS rooms, pupil.10 AS student_numbers, pupil.11 AS sexes,
    pupil.12 AS birth_keys, pupil.13 AS disadvantages, pupil.14 AS disabilities, pupil.15 AS boardings,
    arrayEnumerate(days) AS places
FROM (
    WITH
        arrayZip(persons, days, moments, ids, headers, kinds, givens, grades, rooms, student_numbers, sexes, birth_keys,
                 disadvantages, disabilities, boardings) AS events,
        arrayZip(persons, days, moments, ids) AS keys,
        arrayAll((next, key) -> key < next, arrayPopFront(keys), arrayPopBack(keys)) AS in_order,
        if(in_order, events, arraySort(arrayDistinct(events))) AS walk
    SELECT
        school_code, joined,
        arraySplit((event, before) -> event.1 != before, walk, arrayPushFront(arrayPopBack(walk.1), walk.1[1])) AS pupils
    FROM schools
)
ARRAY JOIN pupils AS pupil
