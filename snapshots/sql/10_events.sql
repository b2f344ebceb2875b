-- Rules 5.1, 5.2, 5.7: the events that count, in numbers that sort as the walk of rule 5.4 does. Bounded by the cut alone.
--   joined: whether rule 5.3 put several numbers together; person: the number it leads to; header: the number as sent.
--   day:    (academic_year, effective_date).
--   moment: (recorded_at, entry before exit).
SELECT
    school_code,
    person_key IN (SELECT arrayJoin([old, new]) FROM identity_ends) AS joined,
    reinterpretAsUInt128(reverse(person_key)) AS header,
    if(joined, reinterpretAsUInt128(reverse(transform(person_key, led_to.1, led_to.2, person_key))), header) AS person,
    toUInt32(academic_year) * 65536 + toUInt16(effective_date) AS day,
    toUnixTimestamp64Milli(recorded_at) * 4 + rank AS moment,
    reinterpretAsUInt128(reverse(event_id)) AS id,
    toUInt8(multiIf(act IN ('enrolled', 'in'), entry,
                    act IN ('out', 'dropped', 'died'), leaving,
                    act = 'changed', change,
                    act = 'mended', mend,
                    act IN ('promoted', 'repeats'), goes_on,
                    stops)) AS kind,
    given,
    {number:grade} AS grade, {number:room} AS room, {number:student_number} AS student_number, {number:sex} AS sex, birth_key,
    {number:disadvantage} AS disadvantage, {number:disability} AS disability, {number:boarding} AS boarding
FROM change_log
WHERE {schools}
  AND {in_cut}
  AND act NOT IN ('void', 'identity')
  AND (school_code, event_id) NOT IN (SELECT school_code, target FROM removed WHERE {schools})
  AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
