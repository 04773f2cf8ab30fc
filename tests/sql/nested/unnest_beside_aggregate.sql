SELECT MAX(id) AS most, UNNEST(LIST(id)) AS id FROM {people} WHERE active
