-- Every school with events in the cut, and how many rows it has there. To save work for rule 2.4: whether some identity may be
-- stored at several positions. Half an id is enough for that: a clash only costs a second look.
-- Filled range by range: a range's ids are held.
SELECT school_code, length(ids) AS events, arrayUniq(ids) != events AS is_doubled
FROM (
    SELECT school_code, groupArray(reinterpretAsUInt64(event_id)) AS ids
    FROM {log}
    WHERE {schools} AND {in_cut}
    GROUP BY school_code
)
