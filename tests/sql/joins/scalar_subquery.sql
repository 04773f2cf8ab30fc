SELECT id, age FROM {people} WHERE age > (SELECT AVG(age) FROM {people})
