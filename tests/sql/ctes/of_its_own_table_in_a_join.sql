WITH purchases AS (SELECT * FROM purchases WHERE qty > 5), people AS (SELECT * FROM people WHERE id < 100)
SELECT people.id, purchases.item FROM people JOIN purchases ON purchases.person_id = people.id
