SELECT a.id, b.id AS other FROM {ledger} AS a JOIN {ledger} AS b ON a.booked - b.booked = 7 AND a.account = b.account
