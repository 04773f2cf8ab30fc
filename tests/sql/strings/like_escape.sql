-- duckdb: SELECT id, w FROM {words} WHERE w LIKE '%\%' ESCAPE '\' OR w LIKE '%r\_s%' ESCAPE '\'
SELECT id, w FROM {words} WHERE w LIKE '%\%' ESCAPE '\' OR w LIKE '%r\_s%' ESCAPE '\'
