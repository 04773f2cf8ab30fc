-- The result is read twice.
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 20)
SELECT a.n AS a, b.n AS b FROM r AS a JOIN r AS b ON a.n = b.n * 2
