-- The walk carries texts as numbers. Of the attributes that take few values: a code for each text that occurs.
-- (DISTINCT in each: the engine then looks at a column's dictionary alone. A condition on the text would undo that.)
-- A student number is carried as the number its bytes are, for nearly all are short; those that are not have a code as well.
SELECT text, toUInt32(rowNumberInAllBlocks() + 1) AS code
FROM (
    SELECT toString(value) AS text
    FROM (
        SELECT DISTINCT grade AS value FROM {log} WHERE {wanted}
        UNION DISTINCT SELECT DISTINCT room FROM {log} WHERE {wanted}
        UNION DISTINCT SELECT DISTINCT sex FROM {log} WHERE {wanted}
        UNION DISTINCT SELECT DISTINCT disadvantage FROM {log} WHERE {wanted}
        UNION DISTINCT SELECT DISTINCT disability FROM {log} WHERE {wanted}
        UNION DISTINCT SELECT DISTINCT boarding FROM {log} WHERE {wanted}
    )
    UNION DISTINCT SELECT DISTINCT student_number FROM {log} WHERE {wanted} AND NOT {fits:student_number}
)
