SELECT MAX(n) AS most FROM (SELECT person_id, COUNT(*) AS n FROM (SELECT person_id FROM {purchases} WHERE paid) AS a GROUP BY person_id) AS b
