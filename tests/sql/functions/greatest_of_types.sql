SELECT id, greatest(age, 30, id) AS a, greatest(name, 'M') AS b, least(height, age) AS c FROM {people}
