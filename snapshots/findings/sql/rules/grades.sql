-- GRADE_BACKWARDS, GRADE_JUMP: a grade said at s beside the one said just before it, at whatever school.
--   said: (year it is said in, decisions 0 and all else 1, place). Only grades of the list, as their levels.
--   A stretch is a known entry and the live corrections since ENTRY up to the next known entry at its school; rows stored
--   twice would cut it in two, hence DISTINCT.
WITH
    corrected AS (
        SELECT
            person, school_code, anyIf(place, rank = 0) AS entry, anyIf(grade, rank = 0) AS entered,
            argMaxIf(grade, place, rank != 0) AS mended
        FROM (
            SELECT *, sum(rank = 0) OVER (PARTITION BY person, school_code ORDER BY place
                                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
            FROM (
                SELECT DISTINCT person, school_code, place, rank, grade
                FROM events
                WHERE (rank = 0 AND toUInt32(academic_year) * 65536 + toUInt16(effective_date) <= {point})
                   OR (act = 'mended' AND bitTest(given, 0) AND grade != '')
            )
        )
        WHERE stretch > 0
        GROUP BY person, school_code, stretch
    ),
    decided AS (
        SELECT person, school_code, academic_year, argMax((toString(act), grade, place), (recorded_at, event_id)) AS last
        FROM events
        WHERE act IN ('promoted', 'repeats', 'graduated', 'deferred', 'undecided') AND academic_year < {year}
        GROUP BY person, school_code, academic_year
    ),
    said AS (
        SELECT person, school_code, toInt32(entry.1) AS said_in, 1 AS after, entry AS place, if(mended = '', entered, mended) AS grade
        FROM corrected
        UNION ALL
        SELECT person, school_code, toInt32(academic_year), 1, place, grade FROM known WHERE act = 'changed'
        UNION ALL
        SELECT person, school_code, toInt32(academic_year) + 1, 0, last.3, last.2 FROM decided WHERE last.1 IN ('promoted', 'repeats')
    ),
    levels AS (
        SELECT *, transform(grade, {grades}, {grade_steps}, toInt64(-1)) AS level FROM said WHERE level >= 0
    ),
    compared AS (
        SELECT
            person, school_code, level, said_in,
            lagInFrame(level, 1, toInt64(-1)) OVER before AS level_before,
            lagInFrame(said_in) OVER before AS said_before
        FROM levels
        WINDOW before AS (PARTITION BY person ORDER BY said_in, after, place ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
    )
SELECT DISTINCT if(level < level_before, 'GRADE_BACKWARDS', 'GRADE_JUMP') AS code, person, school_code, 0, {none}
FROM compared
WHERE level_before >= 0
  AND (level < level_before OR (level - level_before > 1 AND level - level_before > said_in - said_before))
