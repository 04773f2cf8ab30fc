SELECT id FROM {people} WHERE age IS NULL OR city IS NULL
