-- Nulls are last in descending order, too.
-- ordered
SELECT id, age FROM {people} ORDER BY age DESC, id DESC
