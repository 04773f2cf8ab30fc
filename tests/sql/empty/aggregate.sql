-- types: any
-- formats: parquet, arrow, ipc
SELECT SUM(age) AS s, MIN(name) AS low, COUNT(name) AS n FROM {nobody}
