-- types: any
-- duckdb: SELECT id, epoch_us(moment) - epoch_us(TIMESTAMP '2024-01-01 00:00:00') AS micros FROM {events} WHERE id < 50
SELECT id, CAST(moment - TIMESTAMP '2024-01-01 00:00:00' AS BIGINT) AS micros FROM {events} WHERE id < 50
