SELECT p.id, b.id AS bought FROM {people} AS p RIGHT JOIN {purchases} AS b ON b.person_id = p.id
