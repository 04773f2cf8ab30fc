-- types: any
SELECT 0.1 + 0.2 AS three_tenths, CAST(1 AS DECIMAL(9, 2)) AS one, 1.10 * 2 AS twice
