-- Operators and forms in names.
SELECT id + age * 2, -id, id % 2 = 0, NOT id > 3, name LIKE 'A%', id BETWEEN 1 AND 3, id IN (1, 2), age IS NULL, CASE WHEN id > 2 THEN 1 END, id::DOUBLE, coalesce(age, 0) FROM {people}
