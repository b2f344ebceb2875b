-- Entries (rank 0) and exits (rank 2).
SELECT * FROM known WHERE rank != 1
