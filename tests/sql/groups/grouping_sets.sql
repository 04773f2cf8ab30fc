SELECT item, paid, SUM(qty) AS pieces FROM {purchases} GROUP BY GROUPING SETS ((item), (paid), ())
