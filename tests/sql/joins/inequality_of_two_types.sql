SELECT a.id, b.id AS other FROM {people} AS a JOIN {people} AS b ON a.age < b.height * 6 AND a.id > b.height
