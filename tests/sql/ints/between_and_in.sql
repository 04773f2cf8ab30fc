SELECT id, age FROM {people} WHERE age BETWEEN 20 AND 30 OR age IN (40, 50, 60, 70)
