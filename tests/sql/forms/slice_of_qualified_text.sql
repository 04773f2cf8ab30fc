SELECT a.w[2:3] AS x, b.w[:2] AS y FROM {words} AS a JOIN {words} AS b ON a.id = b.id
