SELECT id, name FROM {people} LIMIT 0
