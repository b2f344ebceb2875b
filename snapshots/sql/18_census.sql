-- Rule 5.6: census(year, day, cut): the values of those events. No value, or a value cleared: the empty string (birth_key: 0).
SELECT
    school_code,
    reinterpretAsFixedString(byteSwap(person)) AS person_key,
    {text:grades[speakers.1]} AS grade,
    {text:rooms[speakers.2]} AS room,
    {unpacked:student_numbers[speakers.3]} AS student_number,
    {text:sexes[speakers.4]} AS sex,
    birth_keys[speakers.5] AS birth_key,
    {text:disadvantages[speakers.6]} AS disadvantage,
    {text:disabilities[speakers.7]} AS disability,
    {text:boardings[speakers.8]} AS boarding
FROM speakers
