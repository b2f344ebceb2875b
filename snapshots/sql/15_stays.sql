-- Rules 5.4 - 5.6: the stay that is open at (year, day): the place of its entry, and of the entry of the stay after it.
--   known: how many events lie at or before (year, day).
--   ended, next_ended: the last year before, the first one from `year` on, whose end closes a stay (0: none).
--   first_day: of an entry that no year's end has closed. next_place, next_day: an entry after either begins the stay after it.
WITH
    arrayCount(day -> day <= {point}, days) AS known,
    arrayLast(place -> place <= known, closings) AS closed,
    arrayLast(y -> NOT has(years_on, y), range(least(intDiv(days[1], 65536), {year}), {year})) AS ended,
    toUInt32((ended + 1) * 65536) AS first_day,
    arrayFirst(place -> place > known, closings) AS next_closed,
    arrayFirst(y -> NOT has(years_on, y), range({year}, greatest(intDiv(days[-1], 65536), {year}))) AS next_ended,
    0xffffffff AS never,
    if(next_closed = 0, never, next_closed) AS next_place,
    if(next_ended = 0, never, toUInt32((next_ended + 1) * 65536)) AS next_day
SELECT
    * EXCEPT (closings, years_on),
    known,
    arrayFirst((place, kind, day) -> kind = entry AND place > closed AND place <= known AND day >= first_day,
               places, kinds, days) AS begin,
    arrayFirst((place, kind, day) -> kind = entry AND place > known AND (place > next_place OR day >= next_day),
               places, kinds, days) AS next_begin
FROM walked
WHERE begin != 0
