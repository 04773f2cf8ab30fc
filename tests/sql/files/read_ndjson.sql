SELECT item, SUM(qty) AS n FROM read_ndjson('ndjson/purchases.ndjson') GROUP BY item
