-- UNPIVOT drops nulls.
SELECT * FROM (SELECT id, age, boss_id FROM {people}) UNPIVOT (value FOR field IN (age, boss_id)) AS p
