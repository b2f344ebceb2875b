-- Rule 5.6: how strongly each event speaks for the attributes it gives; 0: not at all. The strongest voice wins.
--   The stay's first entry is the weakest; then the corrections since ENTRY of that stay, in the order of the walk, whenever
--   they were made; then, up to (year, day), its other entries and changes, in the order of the walk. A decision to go on speaks
--   (for next_grade alone) on the first day of the year after its own, before all that is said in that year.
--   A voice: class, then (changes) the year it speaks in, said that year or decided the year before; then the place.
WITH
    toUInt64(0x1000000000000) AS of_its_entry,
    toUInt64(0x2000000000000) AS of_the_stay,
    toUInt64(0x100000000) AS one_year,
    toUInt64(0x80000000) AS said_that_year,
    intDiv(days[begin], 65536) AS begin_year
SELECT
    *,
    arrayMap((place, kind, day) -> toUInt64(multiIf(
            kind = goes_on, if(intDiv(day, 65536) >= begin_year AND intDiv(day, 65536) < {year},
                               of_the_stay + (intDiv(day, 65536) + 1) * one_year + place, 0),
            place < begin, 0,
            place = begin, place,
            kind = mend, if(next_begin = 0 OR place < next_begin, of_its_entry + place, 0),
            kind IN (entry, change) AND place <= known,
                of_the_stay + intDiv(day, 65536) * one_year + said_that_year + place,
            0)), places, kinds, days) AS voices
FROM stays
