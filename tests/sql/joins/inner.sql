SELECT p.id, p.name, b.item, b.amount FROM {people} AS p JOIN {purchases} AS b ON b.person_id = p.id
