-- types: any
SELECT LENGTH(item) AS letters, COUNT(*) AS n FROM {purchases} GROUP BY letters
