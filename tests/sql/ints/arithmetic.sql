SELECT id, qty + 1 AS plus, qty * qty AS square, qty - 5 AS less, qty % 4 AS rest, ABS(qty - 5) AS distance
FROM {purchases}
