-- types: any
SELECT id, EXTRACT(epoch FROM ts_ms) AS seconds FROM {alltypes} WHERE id IN (1, 3, 4, 7)
