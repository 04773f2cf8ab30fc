SELECT id, ts_ns = ts_ms AS a, ts_ns > ts_us AS b, ts_us < ts_ns AS c, ts_ms <= ts_ns AS d FROM {alltypes}
