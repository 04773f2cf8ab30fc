-- Texts that grow.
WITH RECURSIVE paths AS (
  SELECT id, CAST(id AS VARCHAR) AS path FROM {people} WHERE boss_id IS NULL
  UNION ALL
  SELECT p.id, paths.path || '/' || p.id FROM {people} AS p JOIN paths ON p.boss_id = paths.id
)
SELECT id, path FROM paths WHERE id > 150
