SELECT id, SUM(leaves) OVER (ORDER BY id) AS s FROM {large}
