SELECT id, CASE WHEN EXISTS (SELECT 1 FROM {purchases} AS q WHERE q.person_id = p.id) THEN 'yes' ELSE 'no' END AS x FROM {people} AS p
