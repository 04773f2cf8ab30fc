-- Lists that grow, and a condition on them: paths without a node twice.
-- formats: parquet
-- types: any
WITH RECURSIVE edges AS (
  SELECT DISTINCT user_id % 6 AS a, id % 6 AS b FROM {events} WHERE id < 16
), walk AS (
  SELECT a AS node, [a] AS path FROM edges WHERE a = 0
  UNION ALL
  SELECT e.b, list_append(w.path, e.b) FROM walk AS w JOIN edges AS e ON e.a = w.node
  WHERE NOT list_contains(w.path, e.b)
)
SELECT DISTINCT node, path FROM walk
