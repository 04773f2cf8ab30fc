WITH t(a, b) AS (SELECT id, qty FROM {purchases} WHERE id < 10)
SELECT a, b FROM t
