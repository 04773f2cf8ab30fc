-- Two NULLs are one row for UNION, and duplicates of the first part are left out.
-- formats: parquet
WITH RECURSIVE r AS (
  SELECT age % 3 AS a, CASE WHEN age % 2 = 0 THEN 'x' END AS b FROM {people}
  UNION
  SELECT (a + 1) % 5, b FROM r
)
SELECT a, b FROM r
