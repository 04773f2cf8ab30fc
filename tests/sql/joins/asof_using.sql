SELECT id, item, qty, name FROM {purchases} AS p ASOF JOIN (SELECT id, name FROM {people} WHERE id % 7 = 1) AS q USING (id)
