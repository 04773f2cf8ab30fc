-- A round is aggregated, sorted and cut as any table.
WITH RECURSIVE r AS (
  SELECT id AS n FROM {people} WHERE id <= 10
  UNION ALL
  SELECT sum(n) - 50 AS n FROM r HAVING sum(n) > 50
)
SELECT n FROM r
