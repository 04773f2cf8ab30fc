SELECT id, name FROM {people} WHERE id < 10 UNION ALL SELECT id, item FROM {purchases} WHERE id < 10
