-- Expressions before and after, one recursion over another.
-- types: any
WITH RECURSIVE top AS (SELECT id FROM {people} WHERE boss_id IS NULL),
numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 4),
below AS (
  SELECT id, 0 AS level FROM top
  UNION ALL
  SELECT p.id, b.level + 1 FROM {people} AS p JOIN below AS b ON p.boss_id = b.id WHERE b.level < (SELECT max(n) FROM numbers)
),
counts AS (SELECT level, count(*) AS people FROM below GROUP BY level)
SELECT n, people FROM numbers JOIN counts ON n = level
