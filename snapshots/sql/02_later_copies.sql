-- Rules 2.4, 5.1: of the copies of one identity, those that do not count: all but the first in the log.
-- The same position stored twice (a redelivery not merged yet) is one copy.
SELECT copy.1 AS topic, copy.2 AS partition, copy.3 AS offset
FROM (
    SELECT arraySort(groupUniqArray((append_time, toString(topic), partition, offset))) AS copies
    FROM {log}
    WHERE {in_cut} AND school_code IN (SELECT school_code FROM known_schools WHERE is_doubled)
    GROUP BY school_code, event_id
    HAVING count() > 1
)
ARRAY JOIN arrayMap(copy -> (copy.2, copy.3, copy.4), arrayPopFront(copies)) AS copy
