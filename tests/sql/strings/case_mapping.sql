SELECT id, UPPER(w) AS up, LOWER(w) AS down FROM {words} WHERE id NOT IN (8, 9)
