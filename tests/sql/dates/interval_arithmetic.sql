SELECT id, booked + INTERVAL '1' DAY AS tomorrow, booked - INTERVAL '1' MONTH AS month_ago FROM {ledger}
