SELECT id, w LIKE NULL AS a FROM {words}
