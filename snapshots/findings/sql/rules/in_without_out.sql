-- IN_WITHOUT_OUT: on the roll of s, whose last known entry is an `in`, told the days of grace ago or longer; and the pupil did
-- not leave: the origin, where another school is named, still has the pupil or never knew a move; where none is named, no
-- other school with a known move has let the pupil go.
--   last: (act, day told, other_school).
WITH if(last.3 = school_code, 0, last.3) AS origin
SELECT 'IN_WITHOUT_OUT', person, school_code, origin, {none}
FROM (
    SELECT
        person, school_code,
        argMax((toString(act),
                greatest(toInt32(toUInt16(effective_date)), toInt32(toUInt16(toDate(recorded_at, 'Asia/Bangkok')))), other_school),
               place) AS last
    FROM moves
    WHERE rank = 0 AND person IN (SELECT person FROM moves WHERE act = 'in')
    GROUP BY person, school_code
) AS entered
INNER JOIN (SELECT person, groupUniqArray(school_code) AS rolls FROM on_roll GROUP BY person) AS active USING person
INNER JOIN (
    SELECT person, groupUniqArray(school_code) AS moved FROM moves
    WHERE person IN (SELECT person FROM moves WHERE act = 'in')
    GROUP BY person
) AS everywhere USING person
WHERE last.1 = 'in'
  AND {today} >= last.2 + {grace}
  AND has(rolls, school_code)
  AND if(origin != 0,
         has(rolls, origin) OR NOT has(moved, origin),
         NOT arrayExists(other -> other != school_code AND NOT has(rolls, other), moved))
