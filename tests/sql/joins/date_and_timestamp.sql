SELECT a.id, b.id AS other FROM {alltypes} AS a JOIN {alltypes} AS b ON a.d = b.ts_us
