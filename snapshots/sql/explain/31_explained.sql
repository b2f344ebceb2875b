-- One row per event of the walk of a pupil, on the roll or not.
--   turned: 1: came on the roll with it, 0: left it, -1: neither. is_known: at or before (year, day).
--   begin: the place of the entry of the time on the roll that is open at (year, day), 0: off the roll. voice: of the event.
--   speaks_for: the attributes it decides, by number from 1.
SELECT
    school_code,
    reinterpretAsFixedString(byteSwap(person)) AS person_key,
    reinterpretAsFixedString(byteSwap(id)) AS event_id,
    place,
    kind,
    day <= {point} AS is_known,
    toInt8(if(turn = 0, -1, turns[turn].3)) AS turned,
    begin,
    if(begin = 0, 0, voices[place]) AS voice,
    arrayFilter((number, speaking) -> speaking = place, arrayEnumerate(places_speaking), places_speaking) AS speaks_for
FROM turns
LEFT JOIN on_roll USING (person)
ARRAY JOIN ids AS id, places AS place, kinds AS kind, days AS day,
    arrayMap(place -> indexOf(turns.2, place), places) AS turn
