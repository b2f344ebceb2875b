-- The few thousand birth dates, beside their keys: the log knows the keys alone.
SELECT birth_key, any(birth_date) AS born FROM persons WHERE birth_key != 0 GROUP BY birth_key
