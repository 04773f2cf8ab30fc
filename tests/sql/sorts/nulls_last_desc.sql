-- ordered
SELECT id, age FROM {people} ORDER BY age DESC NULLS LAST, id DESC
