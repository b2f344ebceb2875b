-- IDENTITY_NOT_FOLLOWED: a live replacement of a number that leads nowhere: two live targets, or on a cycle. One per school.
SELECT DISTINCT 'IDENTITY_NOT_FOLLOWED', old, school_code, 0, {none}
FROM live_identities
WHERE old NOT IN (SELECT old FROM identity_ends)
