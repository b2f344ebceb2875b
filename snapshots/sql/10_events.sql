-- Rules 5.1, 5.2, 5.7: the events that count, in numbers that sort as the walk of rule 5.4 does. Bounded by the cut alone.
--   person: the number rule 5.3 leads to; header: the number the event was sent under.
--   day:    (academic_year, effective_date).
--   moment: (recorded_at, entry before exit).
WITH (SELECT groupArray((old, new)) FROM identity_ends) AS ends
SELECT
    school_code,
    reinterpretAsUInt128(reverse(person_key)) AS header,
    reinterpretAsUInt128(reverse(transform(person_key, arrayPushBack(ends.1, {none}), arrayPushBack(ends.2, {none}), person_key))) AS person,
    toUInt32(academic_year) * 65536 + toUInt16(effective_date) AS day,
    toUnixTimestamp64Milli(recorded_at) * 4 + rank AS moment,
    reinterpretAsUInt128(reverse(event_id)) AS id,
    toUInt8(multiIf(act IN ('enrolled', 'in'), entry,
                    act IN ('out', 'dropped', 'died'), leaving,
                    act = 'changed', change,
                    act = 'mended', mend,
                    act IN ('promoted', 'repeats'), goes_on,
                    stops)) AS kind,
    given, grade, room, student_number, sex, birth_key, disadvantage, disability, boarding
FROM change_log
WHERE {schools}
  AND {in_cut}
  AND act NOT IN ('void', 'identity')
  AND (school_code, event_id) NOT IN (SELECT school_code, target FROM removed)
  AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
