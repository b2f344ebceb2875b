-- DECISION_OFF_ROLL: the last recorded decision of a year, known, and no stay at s that is open when that year ends.
--   lasting: (event, whether it is known). A stay that ends with the year was open until then.
SELECT 'DECISION_OFF_ROLL', person, school_code, 0, lasting.1
FROM (
    SELECT
        person, school_code, toUInt32(academic_year) AS year,
        argMax((event_id, toUInt32(academic_year) * 65536 + toUInt16(effective_date) <= {point}), (recorded_at, event_id)) AS lasting
    FROM events
    WHERE act IN ('promoted', 'repeats', 'graduated', 'deferred', 'undecided')
    GROUP BY person, school_code, academic_year
) AS decided
LEFT JOIN (
    SELECT person, school_code, groupArray((begins.1, ends.1, ends.2)) AS spans FROM stays GROUP BY person, school_code
) AS stayed USING (person, school_code)
WHERE lasting.2
  AND NOT arrayExists(span -> span.1 <= year AND (span.2 > year OR (span.2 = year AND span.3 = 65536)), spans)
