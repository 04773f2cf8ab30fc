-- LIMIT of an expression, FETCH of one row.
-- ordered
SELECT id FROM {people} ORDER BY id LIMIT 2 + 1 OFFSET 2 - 1
