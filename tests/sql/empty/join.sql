SELECT p.id, b.item FROM {people} AS p JOIN {purchases} AS b ON b.person_id = p.id AND b.qty > 100
