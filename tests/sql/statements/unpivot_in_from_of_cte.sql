WITH numbers AS (SELECT * EXCLUDE (name, height, active, city) FROM {people})
FROM numbers UNPIVOT (value FOR field IN (age, boss_id))
