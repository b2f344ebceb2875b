-- STUDENT_NUMBER_TWICE: two pupils or more on the roll of s with one student number, not empty.
SELECT
    'STUDENT_NUMBER_TWICE', {none}, school_code, 0, toFixedString(substring(SHA256(student_number), 1, 16), 16),
    arraySort(groupUniqArray(hex(person))) AS pupils
FROM findings_roll
WHERE school_code BETWEEN {first_school} AND {last_school} AND student_number != ''
GROUP BY school_code, student_number
HAVING length(pupils) > 1
