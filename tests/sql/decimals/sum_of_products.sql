-- The shape of TPC-H's revenue.
-- types: any
SELECT SUM(amount * (1 - rate)) AS revenue FROM {ledger} WHERE rate IS NOT NULL
