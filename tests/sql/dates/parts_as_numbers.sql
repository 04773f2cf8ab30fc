SELECT id, EXTRACT(HOUR FROM moment) * 60 + EXTRACT(MINUTE FROM moment) AS minutes, EXTRACT(MONTH FROM moment) * 50 AS m,
       EXTRACT(YEAR FROM moment) * 10000 + EXTRACT(MONTH FROM moment) * 100 + EXTRACT(DAY FROM moment) AS ymd
FROM {events}
