-- Rules 5.4 - 5.6: the stay that is open at (year, day): the place of its entry, and of the entry of the stay after it.
--   known: how many events lie at or before (year, day).
--   ended, next_ended: the last year before, the first one from `year` on, whose end closes a stay (0: none).
WITH
    arrayCount(day -> day <= {point}, days) AS known,
    arrayLast(place -> place <= known, closings) AS closed,
    arrayLast(y -> NOT has(years_on, y), range(least(intDiv(days[1], 65536), {year}), {year})) AS ended,
    arrayFirst(place -> place > known, closings) AS next_closed,
    arrayFirst(y -> NOT has(years_on, y), range({year}, greatest(intDiv(days[-1], 65536), {year}))) AS next_ended
SELECT
    * EXCEPT (closings, years_on),
    known,
    arrayFirst((place, kind, day) -> kind = entry AND place > closed AND place <= known AND intDiv(day, 65536) > ended,
               places, kinds, days) AS begin,
    if(has(kinds, mend),
       arrayFirst((place, kind, day) -> kind = entry AND place > known
                      AND ((next_closed != 0 AND place > next_closed) OR (next_ended != 0 AND intDiv(day, 65536) > next_ended)),
                  places, kinds, days),
       0) AS next_begin
FROM walked
WHERE begin != 0
