-- Rule 5.6 for the attributes that name a pupil: per attribute the value of the strongest event that gives it. Bit i of `given`
-- is attribute i of schemas.attributes.PERSONAL. One row per pupil on the roll, with or without persons; dates: as stored.
SELECT
    school_code,
    person_key,
    anyIf(person_id, sent_key = person_key) AS sent_number,
    argMaxIf(birth_date, voice, bitTest(given, 4)) AS birth_day,
    countIf(bitTest(given, 4)) AS births,
    argMaxIf(title, voice, bitTest(given, 0)) AS title,
    argMaxIf(first_name, voice, bitTest(given, 1)) AS first_name,
    argMaxIf(middle_name, voice, bitTest(given, 2)) AS middle_name,
    argMaxIf(last_name, voice, bitTest(given, 3)) AS last_name,
    argMaxIf(nationality, voice, bitTest(given, 5)) AS nationality,
    argMaxIf(house_number, voice, bitTest(given, 6)) AS house_number,
    argMaxIf(village_number, voice, bitTest(given, 7)) AS village_number,
    argMaxIf(street, voice, bitTest(given, 8)) AS street,
    argMaxIf(subdistrict, voice, bitTest(given, 9)) AS subdistrict,
    argMaxIf(district, voice, bitTest(given, 10)) AS district,
    argMaxIf(province, voice, bitTest(given, 11)) AS province
FROM spoken LEFT JOIN told USING (school_code, event_id)
GROUP BY school_code, person_key
