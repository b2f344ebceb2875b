-- VOID_OF_ANOTHER_SCHOOL: an act of s, removed or not, names the id of an accepted event of P at t ≠ s, removed or not, itself
-- neither void nor IdentityReplaced. Whatever the day.
WITH
    acts AS (
        SELECT school_code AS acting_school, event_id AS acting_event, target
        FROM acting_events ARRAY JOIN [voids, replaces] AS target
        WHERE target != {none}
    ),
    named AS (
        SELECT school_code, event_id AS target, if(new = {none}, person_key, new) AS person
        FROM change_log LEFT ANY JOIN identity_ends ON old = person_key
        WHERE {in_cut}
          AND event_id IN (SELECT target FROM acts)
          AND act NOT IN ('void', 'identity')
          AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
    )
SELECT DISTINCT 'VOID_OF_ANOTHER_SCHOOL', person, acting_school, school_code, acting_event
FROM named INNER JOIN acts USING target
WHERE school_code != acting_school
