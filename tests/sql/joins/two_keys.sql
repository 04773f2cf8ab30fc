SELECT a.id, b.id AS other
FROM {purchases} AS a
JOIN {purchases} AS b ON a.person_id = b.person_id AND a.item = b.item
WHERE a.id < b.id
