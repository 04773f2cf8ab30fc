-- A recursion in each round of another one, which reads the round.
-- types: any
WITH RECURSIVE outside(n) AS (
  SELECT 1
  UNION ALL
  SELECT m FROM (
    WITH RECURSIVE inside(m, k) AS (
      SELECT n + 1, 0 FROM outside WHERE n < 6
      UNION ALL
      SELECT m + 1, k + 1 FROM inside WHERE k < 2
    )
    SELECT m FROM inside WHERE k = 2
  ) AS q
)
SELECT n FROM outside
