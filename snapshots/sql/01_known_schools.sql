-- Every school with events in the cut, and how many rows it has there. To save work for rule 2.4: whether some identity may be
-- stored at several positions. Half an id is enough for that: a clash only costs a second look.
-- In two halves: each is grouped in the order of the table, by one thread.
WITH
    (SELECT quantileExact(0.5)(school_code) FROM (SELECT DISTINCT school_code FROM {log})) AS middle
SELECT school_code, count() AS events, uniqExact(reinterpretAsUInt64(event_id)) != events AS is_doubled
FROM {log}
WHERE school_code <= middle AND {in_cut} AND {wanted}
GROUP BY school_code
UNION ALL
SELECT school_code, count() AS events, uniqExact(reinterpretAsUInt64(event_id)) != events AS is_doubled
FROM {log}
WHERE school_code > (SELECT quantileExact(0.5)(school_code) FROM (SELECT DISTINCT school_code FROM {log})) AND {in_cut} AND {wanted}
GROUP BY school_code
