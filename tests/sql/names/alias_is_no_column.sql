-- A column comes before an alias of the same name.
SELECT id AS age, age + 1 AS next FROM {people} WHERE age > 30
