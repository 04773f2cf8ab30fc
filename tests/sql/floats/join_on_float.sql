SELECT a.id, b.id AS other FROM {floats} AS a JOIN {floats} AS b ON a.x = b.x
