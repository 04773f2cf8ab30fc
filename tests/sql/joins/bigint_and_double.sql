-- Keys of two types are compared as = does.
SELECT a.id, b.id AS other FROM {people} AS a JOIN {people} AS b ON a.age = b.height * 32
