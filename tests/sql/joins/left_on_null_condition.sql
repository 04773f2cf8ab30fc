SELECT a.id, b.id AS other FROM {cities} AS c JOIN {people} AS a ON a.city = c.city LEFT JOIN {people} AS b ON a.id = b.boss_id AND NULL
