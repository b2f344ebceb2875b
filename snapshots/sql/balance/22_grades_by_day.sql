-- Rule 5.6, for the grade alone and for all days of a time on the roll: which grade from when on.
--   first: what the last correction since ENTRY says, else the entry itself. Then what later entries, changes and decisions to go
--   on say, each from its own day; a decision from the new year's first day.
--   a line: (day, place, grade).
WITH
    arrayLast((place, kind, given) -> kind = mend AND bitTest(given, 0) AND place > begin.2 AND (next_begin = 0 OR place < next_begin),
              places, kinds, givens) AS mended,
    if(mended != 0, grades[mended], if(bitTest(givens[begin.2], 0), grades[begin.2], 0)) AS first,
    arrayMap((place, kind, day) -> (if(kind = goes_on, toUInt32((intDiv(day, 65536) + 1) * 65536), day), place, grades[place]),
             places, kinds, days) AS said,
    arrayFilter((line, kind, given, day) -> bitTest(given, 0) AND (line.1, line.2) < (end.1, end.2) AND multiIf(
            kind IN (entry, change), line.2 > begin.2,
            kind = goes_on, day >= intDiv(begin.1, 65536) * 65536,
            0), said, kinds, givens, days) AS later
SELECT
    school_code, ids, begin, end,
    arrayConcat([(begin.1, begin.2, first)], arraySort(later)) AS lines
FROM times
