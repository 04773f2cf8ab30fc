-- The type of what is looked for is that of literals.
SELECT id, CASE WHEN id > 2 THEN 1 ELSE 2 END IN (1, 3) AS a, CASE WHEN id > 2 THEN 1 END IN (2, 3) AS b,
       CASE WHEN id > 2 THEN 1 END NOT IN (2, NULL) AS c
FROM {people}
