SELECT id, FIRST_VALUE(id) OVER (PARTITION BY item ORDER BY id) AS head FROM {purchases}
