-- FROM before, or without, SELECT.
FROM {people} SELECT id, city WHERE age > 30
