SELECT people.id, purchases.item FROM people, purchases WHERE people.id = purchases.person_id
