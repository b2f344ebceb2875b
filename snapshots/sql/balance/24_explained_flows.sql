-- Each flow under its term of the balance and what more its event says: entry_reason, dropout reason, destination, the deferral,
-- or whether the other school is of the same affiliation (the first two of a code's ten digits).
WITH
    multiIf(other_school = 0, '',
            intDiv(other_school, 100000000) = intDiv(school_code, 100000000), 'SAME_AFFILIATION',
            'OTHER_AFFILIATION') AS where
SELECT
    school_code,
    grade,
    multiIf(turn = 'to', 'moved_in',
            turn = 'from', 'moved_out',
            act = 'enrolled', 'new',
            act = 'in', 'came_in',
            act = 'out', 'went_out',
            act = 'dropped', 'dropped',
            act = 'died', 'died',
            act = 'graduated', 'graduated',
            'held_over') AS term,
    multiIf(act IN ('enrolled', 'dropped', 'graduated'), reason,
            act IN ('in', 'out'), where,
            act IN ('deferred', 'undecided'), upper(act),
            '') AS detail
FROM flows
LEFT ANY JOIN (
    SELECT school_code, event_id, toString(act) AS act, toString(reason) AS reason, other_school
    FROM change_log
    WHERE {schools}
      AND {in_cut}
      AND act NOT IN ('mended', 'changed', 'promoted', 'repeats', 'identity', 'void')
      AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
) AS told USING (school_code, event_id)
