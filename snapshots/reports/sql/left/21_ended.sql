-- Semantics 6.4: one row per time on a roll that an exit ended since `year` began, up to (year, day). Step 20 of the balance has the
-- turns; the end of the year before stands before all days of this one, and the end of this one after them.
--   begin, end: turns. next_begin: the place of the next time's entry, 0: none.
WITH
    arrayFilter(turn -> turn.3 = 1, turns) AS begins,
    arrayFilter(turn -> turn.3 = 0, turns) AS ends
SELECT
    school_code, days, ids, kinds, givens, grades, sexes, places,
    time.1 AS begin, time.2 AS end, time.3 AS next_begin
FROM turns
ARRAY JOIN arrayZip(arrayResize(begins, length(ends)), ends, arrayResize(arrayShiftLeft(begins.2, 1, 0), length(ends))) AS time
WHERE end.1 >= {year} * 65536 AND end.1 <= {point}
