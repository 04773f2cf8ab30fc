-- A product has the scale of both factors, and no digit is lost.
-- types: any
SELECT id, amount * rate AS product, amount * 3 AS tripled, amount + rate AS added, amount - rate AS taken
FROM {ledger}
