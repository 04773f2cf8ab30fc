-- types: any
SELECT id, CAST(rate AS DECIMAL(18, 1)) AS coarse, CAST(amount AS DOUBLE) AS float, ROUND(units, 2) AS cents
FROM {ledger}
