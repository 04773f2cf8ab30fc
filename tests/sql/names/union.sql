-- The names of a union are those of its first part.
SELECT id + 1, name FROM {people} UNION ALL SELECT id, item FROM {purchases}
