-- Rule 5.2: the identities that a void, or another event's `replaces`, names: of the same school, one step, whatever the
-- dates. A void stands whatever names it: 10_events lets it through; here and there it acts on nothing else.
SELECT DISTINCT school_code, target
FROM acting_events
ARRAY JOIN [voids, replaces] AS target
WHERE target != {none} AND target != event_id
