-- A person and their boss, from the same table twice.
SELECT a.id, b.id AS boss FROM {people} AS a, {people} AS b WHERE a.boss_id = b.id
