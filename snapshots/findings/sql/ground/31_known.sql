-- Of them those at or before (Y, D).
SELECT * FROM events WHERE toUInt32(academic_year) * 65536 + toUInt16(effective_date) <= {point}
