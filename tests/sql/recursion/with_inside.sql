-- A WITH of its own around the union.
-- types: any
WITH RECURSIVE r(n) AS (
  WITH step AS (SELECT 3 AS s) SELECT 1 UNION ALL SELECT n + s FROM r, step WHERE n < 20
)
SELECT n FROM r
