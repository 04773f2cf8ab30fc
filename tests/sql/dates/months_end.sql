-- A month after 31 January is the last day of February.
-- types: any
SELECT CAST(DATE '2024-01-31' + INTERVAL '1' MONTH AS DATE) AS leap, CAST(DATE '2023-01-31' + INTERVAL '1' MONTH AS DATE) AS plain
