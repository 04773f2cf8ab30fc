-- duckdb: SELECT id, CAST(booked + INTERVAL '1' DAY AS DATE) AS tomorrow, CAST(booked - INTERVAL '1' MONTH AS DATE) AS month_ago FROM {ledger}
SELECT id, booked + INTERVAL '1' DAY AS tomorrow, booked - INTERVAL '1' MONTH AS month_ago FROM {ledger}
