SELECT date_add(booked, INTERVAL 1 MONTH) AS a, date_add(booked, INTERVAL '3 hours') AS b FROM {ledger}
