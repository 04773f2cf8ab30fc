-- ordered
SELECT id, units FROM {ledger} ORDER BY units DESC, id LIMIT 25
