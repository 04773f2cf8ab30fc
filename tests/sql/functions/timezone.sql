-- types: any
-- formats: parquet
SELECT id, timezone('America/New_York', moment) AS a FROM {events} WHERE id < 50
