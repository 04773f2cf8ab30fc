SELECT column_name, column_type, min, max, avg, round(std::DOUBLE, 6) AS std, count, null_percentage FROM (
  SUMMARIZE SELECT id, account, booked, amount, rate FROM {ledger} WHERE id < 300
) WHERE column_name <> 'booked'
