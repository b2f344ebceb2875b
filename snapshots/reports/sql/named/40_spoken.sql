-- Rule 5.6: the events that speak for a pupil on the roll, and how strongly.
SELECT school_code, reverse(reinterpretAsFixedString(person)) AS person_key, reverse(reinterpretAsFixedString(id)) AS event_id, voice
FROM voiced ARRAY JOIN ids AS id, voices AS voice
WHERE voice != 0
