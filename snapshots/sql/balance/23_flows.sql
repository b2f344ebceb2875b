-- One row per flow in the days after the earlier point, up to the later one: on, off, to and from (between grades), with the event
-- that caused it (none: the year ended without a decision).
WITH
    arrayShiftRight(lines.3, 1, lines[1].3) AS grades_before,
    arrayFilter(move -> move.1 > {point} AND move.1 <= {until} AND move.2 != move.3,
                arrayZip(lines.1, grades_before, lines.3)) AS moves,
    arrayConcat(
        if(begin.1 > {point}, [('on', begin.2, lines[1].3)], []),
        if(end.1 <= {until}, [('off', end.2, lines[-1].3)], []),
        arrayMap(move -> ('to', toUInt32(0), move.3), moves),
        arrayMap(move -> ('from', toUInt32(0), move.2), moves)) AS found
SELECT
    school_code,
    flow.1 AS turn,
    {text:flow.3} AS grade,
    if(flow.2 = 0, {none}, reinterpretAsFixedString(byteSwap(ids[flow.2]))) AS event_id
FROM grades_by_day
ARRAY JOIN found AS flow
