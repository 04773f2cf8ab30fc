-- A date beside a timestamp is its midnight.
SELECT id, d < ts_us AS a, d = ts_us AS b, d <= DATE '2024-02-29' AS c, ts_us > DATE '2024-02-29' AS e FROM {alltypes}
