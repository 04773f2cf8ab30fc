SELECT id FROM {alltypes} WHERE ts_ns = CAST(ts_ms AS TIMESTAMP)
