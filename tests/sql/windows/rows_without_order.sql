-- Without ORDER BY in OVER: of what is before, only the number is known.
SELECT id, COUNT(*) OVER (PARTITION BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS n,
       SUM(qty) OVER (PARTITION BY id ROWS 3 PRECEDING) AS s FROM {purchases}
