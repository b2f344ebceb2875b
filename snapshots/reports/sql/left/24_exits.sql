-- How the pupil left, and why: the reason of a dropout.
SELECT school_code, grade, sex, act, if(act = 'dropped', reason, '') AS detail
FROM gone
LEFT ANY JOIN (
    SELECT school_code, event_id, toString(act) AS act, toString(reason) AS reason
    FROM change_log
    WHERE {schools}
      AND {in_cut}
      AND act IN ('out', 'dropped', 'died')
      AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
) AS told USING (school_code, event_id)
