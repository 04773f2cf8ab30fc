SELECT item, id, amount
FROM (SELECT item, id, amount, ROW_NUMBER() OVER (PARTITION BY item ORDER BY amount DESC, id) AS n FROM {purchases}) AS t
WHERE n <= 3
