SELECT id, name FROM {people} AS p ANTI JOIN {purchases} AS b ON b.person_id = p.id
