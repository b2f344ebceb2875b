-- Rule 5.3: the numbers of pupils who have several, each with the number it leads to. header: which of the replaced ones it is, 0: the
-- last one.
SELECT old AS number, new AS person, toUInt32(rowNumberInAllBlocks() + 1) AS header FROM identity_ends
UNION ALL
SELECT DISTINCT new, new, 0 FROM identity_ends
