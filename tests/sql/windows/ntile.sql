-- types: any
SELECT id, NTILE(4) OVER (ORDER BY id) AS quarter FROM {purchases}
