-- A date is midnight when hours are added.
-- formats: parquet
SELECT id, CAST(date_add(booked, INTERVAL 1 MONTH) AS DATE) AS a, date_add(booked, INTERVAL '90 minutes') AS b, booked + to_seconds(1.5) AS c,
       CAST(booked AS TIMESTAMP) + to_days(CAST(id AS INT)) AS d, booked - to_hours(id) AS e
FROM {ledger}
