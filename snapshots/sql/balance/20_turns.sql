-- Semantics 6.4: where a pupil comes on a school's roll, and where the pupil leaves it. An entry while on the roll and an exit
-- while off it are no turns.
--   a turn: (day, place, is_on). A year's end that takes a pupil off stands after all days of its year, under the place of
--   the decision that did not let the pupil go on (0: there was none). Ends after the later point count as well: an entry after
--   one begins the next time on the roll, and corrections since ENTRY that follow are its own.
WITH
    arrayConcat(
        arrayMap(place -> (days[place], place, 1), arrayFilter((place, kind) -> kind = entry, places, kinds)),
        arrayMap(place -> (days[place], place, 0), closings),
        arrayMap(year -> (toUInt32(year * 65536 + 65535),
                          arrayFirst((place, kind, day) -> kind = stops AND intDiv(day, 65536) = year, places, kinds, days),
                          0),
                 arrayFilter(year -> NOT has(years_on, year),
                             range(intDiv(days[1], 65536), greatest({until_year}, intDiv(days[-1], 65536)))))) AS steps,
    arraySort(steps) AS in_order
SELECT
    * EXCEPT (closings),
    arrayFilter((step, before) -> step.3 != before, in_order, arrayShiftRight(in_order.3, 1, 0)) AS turns
FROM walked
