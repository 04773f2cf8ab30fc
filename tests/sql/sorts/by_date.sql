-- ordered
SELECT id, booked, at_least FROM (SELECT id, booked, amount AS at_least FROM {ledger}) AS t ORDER BY booked DESC, id LIMIT 40
