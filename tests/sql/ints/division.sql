-- types: any
SELECT id, qty // 2 AS whole, qty / 4 AS parts FROM {purchases}
