SELECT id, COALESCE(city, 'nowhere') AS place, NULLIF(age, 50) AS not_fifty, COALESCE(age, boss_id, -1) AS any_number
FROM {people}
WHERE id < 120
