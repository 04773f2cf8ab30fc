SELECT g, SUM(x) AS total, COUNT(x) AS n FROM {floats} GROUP BY g
