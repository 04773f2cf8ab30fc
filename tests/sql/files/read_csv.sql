SELECT item, SUM(qty) AS n FROM read_csv('csv/purchases.csv') GROUP BY item
