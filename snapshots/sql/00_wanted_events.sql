-- The events of a few schools, in the order of the walk, when those alone are folded: a granule of the table holds those of several
-- schools, and the steps would read it again and again.
SELECT
    school_code, person_key, academic_year, effective_date, recorded_at, act, rank, event_id, replaces, voids, new_person_key, given,
    grade, room, student_number, sex, birth_key, disadvantage, disability, boarding, topic, partition, offset, append_time
FROM change_log
WHERE {wanted} AND {in_cut}
ORDER BY school_code, person_key, academic_year, effective_date, recorded_at, rank, event_id
