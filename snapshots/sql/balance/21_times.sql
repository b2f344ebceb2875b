-- One row per time on the roll that reaches into the days after the earlier point, up to the later one.
--   begin, end: turns; an end beyond all days: still on. next_begin: the place of the next time's entry, 0: none.
WITH
    arrayFilter(turn -> turn.3 = 1, turns) AS begins,
    arrayFilter(turn -> turn.3 = 0, turns) AS ends,
    (toUInt32(4294967295), toUInt32(0), 0) AS never
SELECT
    school_code, days, ids, kinds, givens, grades, places, years_on,
    time.1 AS begin, time.2 AS end, time.3 AS next_begin
FROM turns
ARRAY JOIN arrayZip(begins, arrayResize(ends, length(begins), never), arrayShiftLeft(begins.2, 1, 0)) AS time
WHERE begin.1 <= {until} AND end.1 > {point}
