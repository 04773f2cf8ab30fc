-- duckdb: SELECT tag, COUNT(*) AS n FROM (SELECT unnest(tags) AS tag FROM {nested}) AS u GROUP BY tag
SELECT tag, COUNT(*) AS n
FROM (SELECT UNNEST(tags) AS tag FROM {nested} WHERE ARRAY_LENGTH(tags) > 0) AS u
GROUP BY tag
