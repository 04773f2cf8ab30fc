-- ORDER BY ALL, descending.
-- ordered
SELECT age, id FROM {people} ORDER BY ALL DESC
