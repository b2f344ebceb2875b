-- Rule 5.6: per attribute the place of the strongest event that gives it; 0: none does. Bit i of `given` is attribute i of
-- schemas/attributes.py.
SELECT
    * EXCEPT (givens),
    (
        bitAnd(arrayMax((voice, given) -> if(bitTest(given, 0), voice, 0), voices, givens), 0x7fffffff),
        bitAnd(arrayMax((voice, given) -> if(bitTest(given, 1), voice, 0), voices, givens), 0x7fffffff),
        bitAnd(arrayMax((voice, given) -> if(bitTest(given, 2), voice, 0), voices, givens), 0x7fffffff),
        bitAnd(arrayMax((voice, given) -> if(bitTest(given, 3), voice, 0), voices, givens), 0x7fffffff),
        bitAnd(arrayMax((voice, given) -> if(bitTest(given, 4), voice, 0), voices, givens), 0x7fffffff),
        bitAnd(arrayMax((voice, given) -> if(bitTest(given, 5), voice, 0), voices, givens), 0x7fffffff),
        bitAnd(arrayMax((voice, given) -> if(bitTest(given, 6), voice, 0), voices, givens), 0x7fffffff),
        bitAnd(arrayMax((voice, given) -> if(bitTest(given, 7), voice, 0), voices, givens), 0x7fffffff)
    ) AS speakers
FROM voiced
