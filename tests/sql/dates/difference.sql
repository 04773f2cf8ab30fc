-- types: any
-- duckdb: SELECT id, booked - DATE '2023-01-01' AS days FROM {ledger}
SELECT id, DATE_DIFF('day', DATE '2023-01-01', booked) AS days FROM {ledger}
