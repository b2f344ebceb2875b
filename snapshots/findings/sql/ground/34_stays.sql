-- Every known entry of one number at a school, from the moment it stands at to the end of the stay it opens or continues
-- (semantics 5.3 - 5.5): the first exit behind it under that number, the first one that closes every stay, or the first year's
-- end no stay goes on at. An exit closes every stay if it is under the last number, or no entry under its own stands before it.
--   a moment: (year, day, recorded_at, rank, event_id); a year's end is on a day no event can be of.
--   entries, exits: (moment, number); years_on: the years at whose end a stay goes on.
WITH gone_on AS (
    SELECT person, school_code, groupArray(toUInt32(academic_year)) AS years_on
    FROM (
        SELECT person, school_code, academic_year FROM events
        WHERE act IN ('promoted', 'repeats', 'graduated', 'deferred', 'undecided')
        GROUP BY person, school_code, academic_year
        HAVING argMax(toString(act), (recorded_at, event_id)) IN ('promoted', 'repeats')
    )
    GROUP BY person, school_code
)
SELECT
    person, school_code, entry.1 AS begins, entry.2 AS number,
    arrayFirst(year -> NOT has(years_on, year), range(begins.1, begins.1 + toUInt32(length(years_on)) + 1)) AS last_year,
    arrayMap(leaving -> leaving.1,
             arrayFilter(leaving -> leaving.1 > begins
                                    AND (leaving.2 = person OR leaving.2 = entry.2
                                         OR NOT arrayExists(own -> own.2 = leaving.2 AND own.1 < leaving.1, entries)),
                         exits)) AS closings,
    arraySort(arrayPushBack(closings, (last_year, toUInt32(65536), fromUnixTimestamp64Milli(0), 2, {none})))[1] AS ends
FROM (
    SELECT
        person, school_code,
        groupArrayIf((moment, number), rank = 0) AS entries, groupArrayIf((moment, number), rank = 2) AS exits
    FROM (
        SELECT
            person, school_code, number, rank,
            (toUInt32(academic_year), toUInt32(toUInt16(effective_date)), recorded_at, rank, event_id) AS moment
        FROM moves
    )
    GROUP BY person, school_code
) AS moved
LEFT ANY JOIN gone_on USING (person, school_code)
ARRAY JOIN entries AS entry
