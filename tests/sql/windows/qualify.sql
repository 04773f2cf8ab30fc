SELECT item, id FROM {purchases} QUALIFY ROW_NUMBER() OVER (PARTITION BY item ORDER BY amount DESC, id) = 1
