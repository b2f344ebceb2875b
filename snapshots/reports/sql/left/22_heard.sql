-- Rule 5.6, for who has left: how strongly each event spoke for the pupil when that time ended; the classes are those of step 16.
WITH
    toUInt64(0x1000000000000) AS of_its_entry,
    toUInt64(0x2000000000000) AS of_the_stay,
    toUInt64(0x100000000) AS one_year,
    toUInt64(0x80000000) AS said_that_year,
    intDiv(begin.1, 65536) AS begin_year,
    intDiv(end.1, 65536) AS end_year
SELECT
    school_code, ids, givens, grades, sexes, end,
    arrayMap((place, kind, day) -> toUInt64(multiIf(
            kind = goes_on, if(intDiv(day, 65536) >= begin_year AND intDiv(day, 65536) < end_year,
                               of_the_stay + (intDiv(day, 65536) + 1) * one_year + place, 0),
            place < begin.2, 0,
            place = begin.2, place,
            kind = mend, if(next_begin = 0 OR place < next_begin, of_its_entry + place, 0),
            kind IN (entry, change) AND place < end.2,
                of_the_stay + intDiv(day, 65536) * one_year + said_that_year + place,
            0)), places, kinds, days) AS voices
FROM ended
