-- Rule 2.4, to save work: the schools where some identity may be stored at several positions. Every other school is done.
-- Half an id is enough here: a clash only costs a second look.
SELECT school_code
FROM (
    SELECT school_code, groupArray(reinterpretAsUInt64(event_id)) AS ids
    FROM change_log
    WHERE {in_cut} AND {wanted}
    GROUP BY school_code
)
WHERE arrayUniq(ids) != length(ids)
