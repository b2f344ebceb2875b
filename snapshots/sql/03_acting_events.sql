-- The few events that act on other events (rule 5.2) or on identities (rule 5.3).
SELECT school_code, person_key, new_person_key, event_id, voids, replaces, act
FROM {log}
WHERE (act IN ('void', 'identity') OR replaces != {none})
  AND {in_cut} AND {wanted}
  AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
