-- What was decided, and for graduates where they go. An event without a row here (none was decided): empty.
SELECT school_code, grade, sex, act AS outcome, if(act = 'graduated', reason, '') AS destination
FROM yearly
LEFT ANY JOIN (
    SELECT school_code, event_id, toString(act) AS act, toString(reason) AS reason
    FROM change_log
    WHERE {schools}
      AND {in_cut}
      AND act IN ('graduated', 'promoted', 'repeats', 'deferred', 'undecided')
      AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
) AS told USING (school_code, event_id)
