-- A CTE with the name of the table that it reads.
WITH people AS (SELECT * FROM people WHERE age > 40) SELECT id, age FROM people
