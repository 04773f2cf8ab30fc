-- ordered
-- types: any
SELECT id, item, ROW_NUMBER() OVER (PARTITION BY item ORDER BY amount DESC, id) AS place
FROM {purchases}
ORDER BY item, place
LIMIT 100
