-- ASOF LEFT JOIN keeps them.
SELECT a.id, b.id AS other FROM {purchases} AS a ASOF LEFT JOIN {purchases} AS b ON a.id < b.id AND a.item = b.item
