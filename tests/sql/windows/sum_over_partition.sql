SELECT id, SUM(qty) OVER (PARTITION BY item) AS total, COUNT(*) OVER () AS n FROM {purchases}
