-- Rules 5.3, 5.4: the places of the exits that leave no stay open. Without joined numbers that is every exit. With them a
-- pupil may hold one open stay per number: an exit under a replaced number closes the stay opened under it; if that stay is
-- over already, nothing; if there never was one, or under the last number, it closes all.
--   a step: (day, place, kind, header); kind years_end: one without a decision to go on closes what is open.
--   so_far: (numbers with an open stay, numbers that ever had one, the places that closed the last one).
WITH
    []::Array(UInt32) AS none_open,
    arrayConcat(
        arrayMap((day, place, kind, header) -> (day, place, kind, header), days, places, kinds, headers),
        arrayMap(year -> (toUInt32(year * 65536 + 65535), toUInt32(0), years_end, toUInt32(0)),
                 arrayFilter(year -> NOT has(years_on, year), range(intDiv(days[1], 65536), intDiv(days[-1], 65536))))) AS steps,
    arrayFold(
        (so_far, step) -> multiIf(
            step.3 = years_end,
                (none_open, so_far.2, so_far.3),
            step.3 = entry,
                (arrayPushBack(so_far.1, step.4), arrayPushBack(so_far.2, step.4), so_far.3),
            step.3 != leaving,
                so_far,
            step.4 != 0 AND has(so_far.2, step.4),
                (arrayFilter(open -> open != step.4, so_far.1), so_far.2,
                 if(arrayExists(open -> open != step.4, so_far.1), so_far.3, arrayPushBack(so_far.3, step.2))),
            (none_open, so_far.2, arrayPushBack(so_far.3, step.2))),
        arraySort(step -> (step.1, step.2), steps),
        (none_open, none_open, []::Array(UInt32))) AS walk
SELECT
    * EXCEPT (headers, joined),
    if(joined,
       walk.3,
       arrayFilter((place, kind) -> kind = leaving, places, kinds)) AS closings
FROM decided
