SELECT a.id, b.id AS other FROM {words} AS a JOIN {words} AS b ON a.id = b.id AND a.w LIKE b.v || '%'
