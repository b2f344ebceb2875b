-- Intake's inserts are large already. Left to itself the engine merges a handful at once and a row is written again and again;
-- with more at once most rows are merged once while a backlog is taken in (benchmarks/: half of the engine's work were merges).
-- The look-up of dedupe reads every part: fewer of them there.
ALTER TABLE change_log MODIFY SETTING min_parts_to_merge_at_once = 24;
ALTER TABLE persons MODIFY SETTING min_parts_to_merge_at_once = 24;
ALTER TABLE receipts MODIFY SETTING min_parts_to_merge_at_once = 24;
ALTER TABLE event_identities MODIFY SETTING min_parts_to_merge_at_once = 12;
