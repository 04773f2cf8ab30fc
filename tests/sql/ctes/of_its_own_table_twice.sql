-- Both reads of the name are the expression, not the table.
WITH people AS (SELECT id, boss_id FROM people WHERE id < 50)
SELECT a.id, b.id AS boss FROM people AS a JOIN people AS b ON a.boss_id = b.id
