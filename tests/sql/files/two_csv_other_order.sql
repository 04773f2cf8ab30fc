-- types: any
SELECT COUNT(*) AS n, SUM(w.bucket) AS s FROM 'csv/purchases.csv' AS b JOIN 'variants/wide.csv' AS w ON w.id = b.person_id
