SELECT column_name, column_type, min, max, round(avg::DOUBLE, 6) AS avg, round(std::DOUBLE, 6) AS std, count, null_percentage FROM (
  SUMMARIZE SELECT id, account, booked, amount, rate FROM {ledger} WHERE id < 300
) WHERE column_name <> 'booked'
