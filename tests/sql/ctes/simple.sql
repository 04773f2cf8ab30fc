WITH adults AS (SELECT id, name, age FROM {people} WHERE age >= 18)
SELECT COUNT(*) AS n, MIN(age) AS youngest FROM adults
