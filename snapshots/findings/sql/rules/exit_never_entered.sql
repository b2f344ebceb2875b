-- EXIT_NEVER_ENTERED: the first known move at s is an exit.
SELECT 'EXIT_NEVER_ENTERED', person, school_code, 0, {none}
FROM moves
WHERE (person, school_code) IN (SELECT person, school_code FROM moves WHERE rank = 2)
GROUP BY person, school_code
HAVING argMin(rank, place) = 2
