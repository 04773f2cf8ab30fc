SELECT p.id, a.id AS bought, z.id AS later
FROM {people} AS p, LATERAL (SELECT id, item FROM {purchases} AS o WHERE o.person_id = p.id) AS a,
     LATERAL (SELECT id FROM {purchases} AS o WHERE o.item = a.item AND o.person_id = p.id AND o.id > a.id) AS z
