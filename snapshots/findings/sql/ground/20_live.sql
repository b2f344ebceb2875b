-- docs/findings.md, "live event": accepted, the first of its identity, not removed, neither a void nor an IdentityReplaced;
-- under the number that semantics 5.3 leads to. A row stored twice stands here twice: every rule bears that.
--   number: the one it was sent under.
SELECT
    if(new = {none}, person_key, new) AS person, person_key AS number, school_code,
    academic_year, effective_date, recorded_at, rank, event_id, act, given, toString(grade) AS grade, toString(sex) AS sex,
    birth_key, other_school, toString(topic) AS topic, partition, offset
FROM change_log LEFT ANY JOIN identity_ends ON old = person_key
WHERE {in_cut}
  AND act NOT IN ('void', 'identity')
  AND (school_code, event_id) NOT IN (SELECT school_code, target FROM removed)
  AND (topic, partition, offset) NOT IN (SELECT topic, partition, offset FROM later_copies)
