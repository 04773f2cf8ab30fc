-- Two readers that produce lines on one thread: neither may wait for the other forever.
-- duckdb: SELECT COUNT(*) AS n, SUM(w.bucket) AS s FROM 'variants/wide.csv' w JOIN 'csv/purchases.csv' b ON w.id = b.person_id
-- types: any
SELECT COUNT(*) AS n, SUM(w.bucket) AS s FROM 'variants/wide.csv' AS w JOIN 'csv/purchases.csv' AS b ON w.id = b.person_id
