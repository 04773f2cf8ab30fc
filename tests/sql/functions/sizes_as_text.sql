SELECT format_bytes(n) AS a FROM (VALUES (0), (1), (1023), (1500), (1048576), (-2000), (NULL)) AS v(n)
