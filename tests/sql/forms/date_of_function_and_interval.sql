SELECT greatest(booked, DATE '2023-06-01') + INTERVAL 1 DAY AS a, CAST(booked AS DATE) + INTERVAL 1 HOUR AS b FROM {ledger}
