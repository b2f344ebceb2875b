-- A seal writes its rows in some tens of large parts. Left to itself the engine merges them while the seal goes on, and takes a tenth
-- of its time for it (benchmarks/census); a school's rows are found as soon in sixty parts.
ALTER TABLE census_rows MODIFY SETTING min_parts_to_merge_at_once = 60;
