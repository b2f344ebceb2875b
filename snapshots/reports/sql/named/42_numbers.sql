-- Numbers that came by IdentityReplaced: no other event need carry them.
SELECT new_person_key AS person_key, any(new_person_id) AS number
FROM (SELECT school_code, event_id, new_person_key FROM change_log WHERE act = 'identity' AND {in_cut}) AS replaced
INNER JOIN (SELECT school_code, event_id, new_person_id FROM persons WHERE new_person_id != '') AS told USING (school_code, event_id)
GROUP BY new_person_key
