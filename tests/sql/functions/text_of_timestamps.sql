-- Without zeros at the end of the fraction.
SELECT id, CAST(ts_us AS VARCHAR) AS a, ts_ms::VARCHAR AS b, ts_ns::TEXT AS c FROM {alltypes}
