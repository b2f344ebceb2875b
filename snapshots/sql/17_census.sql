-- Rule 5.6: census(year, day, cut): per attribute the value of the strongest event that gives it. Bit i of `given` is attribute
-- i of schemas/attributes.py. No value, or a value cleared: the empty string (birth_key: 0).
SELECT
    school_code,
    reverse(reinterpretAsFixedString(person)) AS person_key,
    grades[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 0), voice, 0), voices, givens), 0x7fffffff)] AS grade,
    rooms[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 1), voice, 0), voices, givens), 0x7fffffff)] AS room,
    student_numbers[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 2), voice, 0), voices, givens), 0x7fffffff)] AS student_number,
    sexes[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 3), voice, 0), voices, givens), 0x7fffffff)] AS sex,
    birth_keys[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 4), voice, 0), voices, givens), 0x7fffffff)] AS birth_key,
    disadvantages[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 5), voice, 0), voices, givens), 0x7fffffff)] AS disadvantage,
    disabilities[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 6), voice, 0), voices, givens), 0x7fffffff)] AS disability,
    boardings[bitAnd(arrayMax((voice, given) -> if(bitTest(given, 7), voice, 0), voices, givens), 0x7fffffff)] AS boarding
FROM voiced
