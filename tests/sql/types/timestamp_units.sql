-- The same instants in three units, compared with a literal.
SELECT id, ts_ms, ts_us, ts_ns
FROM {alltypes}
WHERE ts_ms >= TIMESTAMP '2024-02-29 12:30:15' AND ts_us < TIMESTAMP '2262-01-01 00:00:00'
