-- ordered
SELECT id, age FROM {people} ORDER BY age NULLS FIRST, id
