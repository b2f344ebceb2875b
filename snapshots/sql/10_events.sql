-- Rules 5.1, 5.2, 5.7: the events that count, in numbers that sort as the walk of rule 5.4 does. Bounded by the cut alone.
--   joined: whether rule 5.3 put several numbers together; person: the number it leads to; header: as in step 08.
--   day:    (academic_year, effective_date).
--   moment: (recorded_at, entry before exit).
--   kind:   voids, replacements of numbers and removed events stay, as nothing: to leave single rows out is to copy all others.
SELECT
    school_code,
    person_key IN (SELECT number FROM joined_numbers) AS joined,
    byteSwap(reinterpretAsUInt128(if(joined, joinGet('joined_numbers', 'person', person_key), person_key))) AS person,
    if(joined, joinGet('joined_numbers', 'header', person_key), 0) AS header,
    toUInt32(academic_year) * 65536 + toUInt16(effective_date) AS day,
    toUnixTimestamp64Milli(recorded_at) * 4 + rank AS moment,
    byteSwap(reinterpretAsUInt128(event_id)) AS id,
    toUInt8(multiIf(act IN ('void', 'identity'), nothing,
                    (school_code, event_id) IN (SELECT school_code, target FROM removed WHERE {schools}), nothing,
                    act IN ('enrolled', 'in'), entry,
                    act IN ('out', 'dropped', 'died'), leaving,
                    act = 'changed', change,
                    act = 'mended', mend,
                    act IN ('promoted', 'repeats'), goes_on,
                    stops)) AS kind,
    given, {code:grade} AS grade, {code:room} AS room, {packed:student_number} AS student_number, {code:sex} AS sex, birth_key,
    {code:disadvantage} AS disadvantage, {code:disability} AS disability, {code:boarding} AS boarding
FROM {log}
WHERE {schools}
  AND {in_cut}
  AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
