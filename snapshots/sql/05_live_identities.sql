-- Rule 5.3: the replacements of numbers that count, by school. When only some schools are folded again, what an earlier run found
-- in the others is taken from there: whether a replacement counts depends on its own school alone.
SELECT school_code, person_key AS old, new_person_key AS new
FROM acting_events
WHERE act = 'identity' AND (school_code, event_id) NOT IN (SELECT school_code, target FROM removed)
{known_identities}
