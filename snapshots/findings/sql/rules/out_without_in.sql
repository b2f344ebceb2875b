-- OUT_WITHOUT_IN: the last known move at s is an `out`, the days of grace since it was told are over, the pupil is on no roll,
-- and no known entry at another school has an effective_date as late as the out's, less the days of grace.
--   last: (act, day of effect, day told, event). Days are numbers since 1970.
SELECT 'OUT_WITHOUT_IN', person, school_code, 0, last.4
FROM (
    SELECT
        person, school_code,
        argMax((toString(act), toInt32(toUInt16(effective_date)),
                greatest(toInt32(toUInt16(effective_date)), toInt32(toUInt16(toDate(recorded_at, 'Asia/Bangkok')))), event_id),
               place) AS last
    FROM moves
    WHERE person IN (SELECT person FROM moves WHERE act = 'out')
    GROUP BY person, school_code
) AS ends
LEFT JOIN (
    SELECT person, groupArray((school_code, toInt32(toUInt16(effective_date)))) AS entries FROM moves WHERE rank = 0 GROUP BY person
) AS entered USING person
WHERE last.1 = 'out'
  AND {today} >= last.3 + {grace}
  AND person NOT IN (SELECT person FROM on_roll)
  AND NOT arrayExists(entry -> entry.1 != school_code AND entry.2 >= last.2 - {grace}, entries)
