-- Without a word, nulls come last in ascending order.
-- ordered
SELECT id, age FROM {people} ORDER BY age, id
