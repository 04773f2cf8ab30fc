SELECT a.id, b.id AS other FROM {ledger} AS a JOIN {ledger} AS b ON a.account = b.account
WHERE a.booked - b.booked = 7
