-- duckdb: SELECT item, bool_and(paid) AS every_one, bool_or(paid) AS some FROM {purchases} GROUP BY item
SELECT item, BOOL_AND(paid) AS every_one, BOOL_OR(paid) AS some FROM {purchases} GROUP BY item
