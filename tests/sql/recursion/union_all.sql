-- The boss of everybody, and how far above.
WITH RECURSIVE chain(id, boss, level) AS (
  SELECT id, boss_id, 1 FROM {people} WHERE boss_id IS NOT NULL
  UNION ALL
  SELECT c.id, p.boss_id, c.level + 1 FROM chain AS c JOIN {people} AS p ON c.boss = p.id WHERE p.boss_id IS NOT NULL
)
SELECT id, max(level) AS depth, count(*) AS n FROM chain GROUP BY id
