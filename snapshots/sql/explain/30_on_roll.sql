-- A pupil on the roll: what each event says. A voice of 0: nothing.
SELECT person, begin, voices, [speakers.1, speakers.2, speakers.3, speakers.4, speakers.5, speakers.6, speakers.7, speakers.8] AS places_speaking
FROM speakers
