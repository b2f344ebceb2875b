-- Rule 2.4, to save work: the schools where some identity may be stored at several positions. Every other school is done.
-- Half an id is enough here: a clash only costs a second look.
SELECT school_code
FROM change_log
WHERE {in_cut}
GROUP BY school_code
HAVING uniqExact(reinterpretAsUInt64(event_id)) != count()
