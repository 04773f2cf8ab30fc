SELECT id, name FROM {people} AS p SEMI JOIN {purchases} AS b ON b.person_id = p.id
