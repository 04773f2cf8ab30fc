-- The source is a common table expression, and the result of one.
WITH bought AS (SELECT item, paid, qty FROM {purchases} WHERE qty > 3),
wide AS (PIVOT bought ON item USING sum(qty))
SELECT * FROM wide WHERE paid
