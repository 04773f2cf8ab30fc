-- formats: parquet
-- types: any
SELECT booked, dayofweek(booked) AS a, dayofyear(booked) AS b, isodow(booked) AS c, week(booked) AS d, yearweek(booked) AS e FROM {ledger}
