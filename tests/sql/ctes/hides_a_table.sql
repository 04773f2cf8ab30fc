-- A CTE's name comes before a file's.
WITH people AS (SELECT 1 AS id UNION ALL SELECT 2 AS id)
SELECT p.id, b.item FROM people AS p JOIN {purchases} AS b ON b.person_id = p.id
