-- MOVES_TIED: known entries, or known exits, at s of one year, day and time of recording: each but the one of the lowest id.
SELECT 'MOVES_TIED', person, school_code, 0, event
FROM (
    SELECT person, school_code, arrayPopFront(arraySort(groupUniqArray(event_id))) AS later
    FROM moves
    WHERE person IN (SELECT person FROM moves GROUP BY person HAVING count() > 1)
    GROUP BY person, school_code, academic_year, effective_date, recorded_at, rank
    HAVING length(later) > 0
)
ARRAY JOIN later AS event
