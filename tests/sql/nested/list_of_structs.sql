-- duckdb: SELECT id, item.sku AS sku, item.n AS n FROM (SELECT id, unnest(items) AS item FROM {nested}) AS u
SELECT id, item.sku AS sku, item.n AS n FROM (SELECT id, UNNEST(items) AS item FROM {nested}) AS u
