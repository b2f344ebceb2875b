-- A seal writes its rows in some tens of large parts. Left to itself the engine merges them while the seal goes on, and takes the
-- processors from it; with sixty at once it waits for the seals after it.
ALTER TABLE census_rows MODIFY SETTING min_parts_to_merge_at_once = 60;
