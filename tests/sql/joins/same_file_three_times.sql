-- Three readers of one file in one query.
SELECT COUNT(*) AS n
FROM {people} AS a
JOIN {people} AS b ON a.boss_id = b.id
JOIN {people} AS c ON b.boss_id = c.id
