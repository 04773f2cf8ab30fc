SELECT a.id, b.id AS other, b.d18 FROM {alltypes} AS a JOIN {alltypes} AS b ON a.i64 = b.d9 - 0.01
