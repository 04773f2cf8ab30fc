SELECT a.id, b.id AS other FROM {alltypes} AS a JOIN {alltypes} AS b ON a.d9 = b.d18 OR a.d9 = b.d38
