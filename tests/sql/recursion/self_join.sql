-- The round is read twice.
-- types: any
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT a.n + b.n FROM r AS a, r AS b WHERE a.n < 40)
SELECT n FROM r
