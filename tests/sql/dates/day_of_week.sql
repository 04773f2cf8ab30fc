-- types: any
SELECT id, EXTRACT(isodow FROM booked) AS iso, EXTRACT(dow FROM booked) AS sunday_is_zero FROM {ledger}
