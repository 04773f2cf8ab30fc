-- An hour that is there twice, and one that a zone has not.
SELECT TIMESTAMP '2024-10-27 02:30:00' AT TIME ZONE 'Europe/Paris' = TIMESTAMPTZ '2024-10-27 01:30:00+00' AS a, TIMESTAMPTZ '2024-03-31 01:30:00+00' AT TIME ZONE 'Europe/Paris' AS b, TIMESTAMPTZ '2024-03-31 00:30:00+00' AT TIME ZONE 'Europe/Paris' AS c
