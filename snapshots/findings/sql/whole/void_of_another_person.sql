-- VOID_OF_ANOTHER_PERSON: an act of s, removed or not, names the id of an accepted event of s, removed or not, itself neither
-- void nor IdentityReplaced, and the two are about two pupils. Whatever the day.
WITH
    acts AS (
        SELECT
            school_code, event_id AS acting_event, target, if(new = {none}, person_key, new) AS acting_person
        FROM acting_events LEFT ANY JOIN identity_ends ON old = person_key
        ARRAY JOIN [voids, replaces] AS target
        WHERE target != {none}
    ),
    named AS (
        SELECT school_code, event_id AS target, if(new = {none}, person_key, new) AS person
        FROM change_log LEFT ANY JOIN identity_ends ON old = person_key
        WHERE {in_cut}
          AND (school_code, event_id) IN (SELECT school_code, target FROM acts)
          AND act NOT IN ('void', 'identity')
          AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
    )
SELECT DISTINCT 'VOID_OF_ANOTHER_PERSON', person, school_code, 0, acting_event
FROM named INNER JOIN acts USING (school_code, target)
WHERE person != acting_person
