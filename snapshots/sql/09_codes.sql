-- The walk carries an attribute's text as a number: its bytes, for nearly all are short. Those that are not are numbered here, above
-- all others: no byte of UTF-8 is 0xff.
SELECT text, 0xff00000000000000 + rowNumberInAllBlocks() AS number
FROM (
    SELECT toString(grade) AS text FROM change_log WHERE {wanted} AND NOT {fits:grade}
    UNION DISTINCT SELECT toString(room) FROM change_log WHERE {wanted} AND NOT {fits:room}
    UNION DISTINCT SELECT student_number FROM change_log WHERE {wanted} AND NOT {fits:student_number}
    UNION DISTINCT SELECT toString(sex) FROM change_log WHERE {wanted} AND NOT {fits:sex}
    UNION DISTINCT SELECT toString(disadvantage) FROM change_log WHERE {wanted} AND NOT {fits:disadvantage}
    UNION DISTINCT SELECT toString(disability) FROM change_log WHERE {wanted} AND NOT {fits:disability}
    UNION DISTINCT SELECT toString(boarding) FROM change_log WHERE {wanted} AND NOT {fits:boarding}
)
