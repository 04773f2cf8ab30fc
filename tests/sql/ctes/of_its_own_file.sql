-- The file's name is a path: it cannot be taken for the expression's.
WITH people AS (SELECT * FROM {people} WHERE age > 40) SELECT COUNT(*) AS n FROM people
