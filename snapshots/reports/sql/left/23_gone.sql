-- Grade and sex as they were when the pupil left, and the exit.
SELECT
    school_code,
    {text:grades[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 0), voice, 0), voices, givens), 0x7fffffff)]} AS grade,
    {text:sexes[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 3), voice, 0), voices, givens), 0x7fffffff)]} AS sex,
    reinterpretAsFixedString(byteSwap(ids[end.2])) AS event_id
FROM heard
