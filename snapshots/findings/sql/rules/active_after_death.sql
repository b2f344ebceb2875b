-- ACTIVE_AFTER_DEATH: some school's known `died`, and on the roll of s.
SELECT DISTINCT 'ACTIVE_AFTER_DEATH', person, school_code, 0, {none}
FROM on_roll
WHERE person IN (SELECT person FROM known WHERE act = 'died')
