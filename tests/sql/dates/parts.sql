-- types: any
SELECT id, EXTRACT(year FROM booked) AS y, EXTRACT(month FROM booked) AS m, EXTRACT(day FROM booked) AS d,
       EXTRACT(quarter FROM booked) AS q, EXTRACT(doy FROM booked) AS of_year, EXTRACT(week FROM booked) AS w
FROM {ledger}
