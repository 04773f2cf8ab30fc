SELECT id, amount, rate FROM {ledger} WHERE amount < rate ORDER BY id
