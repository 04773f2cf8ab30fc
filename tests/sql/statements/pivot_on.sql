-- Without IN the values are read first; a column that is not used groups.
PIVOT (SELECT item, qty, paid FROM {purchases}) ON item USING sum(qty)
