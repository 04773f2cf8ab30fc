select p.id, count(*) as n from {people} as p left join {purchases} as b on b.person_id = p.id where p.id < 30 group by p.id having count(*) > 1
