-- What those events say of the person: one copy of each identity, below the cut.
SELECT school_code, event_id, person_key AS sent_key, person_id, given, title, first_name, middle_name, last_name, birth_date,
       nationality, house_number, village_number, street, subdistrict, district, province
FROM persons
WHERE {schools} AND {in_cut} AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
