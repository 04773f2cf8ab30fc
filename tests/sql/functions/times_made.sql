SELECT make_time(h, 5, 6.5) AS a, make_timestamp_ns(h * 1000000007::BIGINT) AS b FROM (VALUES (1), (23), (NULL)) AS v(h)
