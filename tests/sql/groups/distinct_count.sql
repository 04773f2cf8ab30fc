SELECT item, COUNT(DISTINCT person_id) AS people, COUNT(DISTINCT qty) AS sizes FROM {purchases} GROUP BY item
