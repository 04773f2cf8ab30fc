SELECT id, CASE WHEN age < 30 THEN 'young' WHEN age < 60 THEN 'middle' END AS band FROM {people}
