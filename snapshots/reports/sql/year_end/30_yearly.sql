-- Rule 5.5: each pupil on the roll at (year, day) with the decision for `year` that lasts (step 13 made the others nothing).
--   decision: its event; zero bytes: none.
WITH arrayFirst((place, kind, day) -> kind IN (goes_on, stops) AND intDiv(day, 65536) = {year}, places, kinds, days) AS decided
SELECT
    school_code,
    {text:grades[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 0), voice, 0), voices, givens), 0x7fffffff)]} AS grade,
    {text:sexes[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 3), voice, 0), voices, givens), 0x7fffffff)]} AS sex,
    if(decided = 0, {none}, reverse(reinterpretAsFixedString(ids[decided]))) AS event_id
FROM voiced
