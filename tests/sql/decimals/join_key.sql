SELECT a.id, b.id AS other FROM {ledger} AS a JOIN {ledger} AS b ON a.amount = b.amount WHERE a.id < b.id
