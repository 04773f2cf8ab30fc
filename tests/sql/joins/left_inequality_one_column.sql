SELECT b.item, count(*) AS n FROM {people} AS a LEFT JOIN {purchases} AS b ON a.id < b.person_id GROUP BY b.item
