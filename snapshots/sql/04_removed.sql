-- Rule 5.2: the identities that a void, or another event's `replaces`, names: of the same school, one step, whatever the
-- dates. That a void is named changes nothing: it has acted in step 03.
SELECT DISTINCT school_code, target
FROM acting_events
ARRAY JOIN [voids, replaces] AS target
WHERE target != {none} AND target != event_id
