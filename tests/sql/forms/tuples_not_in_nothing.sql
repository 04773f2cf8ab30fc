SELECT count(*) AS n FROM {purchases} AS p WHERE (p.person_id, p.qty) NOT IN (SELECT id, age FROM {nobody})
