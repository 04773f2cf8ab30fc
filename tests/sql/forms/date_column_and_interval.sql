-- The type of a column of dates is known when the query is planned only.
SELECT booked + INTERVAL 1 MONTH AS a, booked - INTERVAL '1 day' AS b, INTERVAL 2 HOUR + booked AS c FROM {ledger}
