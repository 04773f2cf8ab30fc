SELECT p.id FROM {people} AS p ANTI JOIN {purchases} AS q ON p.id = q.person_id AND q.item = 'apple'
