-- duckdb: SELECT id, strftime(moment, '%Y/%m/%d %H:%M') AS text FROM {events} WHERE id % 250 = 0
SELECT id, STRFTIME(moment, '%Y/%m/%d %H:%M') AS text FROM {events} WHERE id % 250 = 0
