SELECT source, COUNT(*) AS n
FROM (SELECT 'people' AS source, id FROM {people} UNION ALL SELECT 'purchases' AS source, id FROM {purchases}) AS u
GROUP BY source
