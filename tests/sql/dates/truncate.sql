-- duckdb: SELECT id, CAST(DATE_TRUNC('month', moment) AS TIMESTAMP) AS m, DATE_TRUNC('hour', moment) AS h FROM {events} WHERE id % 100 = 0
SELECT id, DATE_TRUNC('month', moment) AS m, DATE_TRUNC('hour', moment) AS h FROM {events} WHERE id % 100 = 0
