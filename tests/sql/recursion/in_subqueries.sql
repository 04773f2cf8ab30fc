-- Inside subqueries, in FROM, IN and as a value.
-- types: any
SELECT id, (WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n * 2 FROM r WHERE n < 50) SELECT max(n) FROM r) AS m
FROM {people}
WHERE id IN (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 3 FROM s WHERE n < 100) SELECT n FROM s)
