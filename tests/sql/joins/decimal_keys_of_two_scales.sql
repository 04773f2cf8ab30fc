SELECT a.id, b.id AS other FROM {alltypes} AS a LEFT JOIN {alltypes} AS b ON a.d9 = b.d18
