-- Ten thousand rows, ninety-seven groups.
SELECT user_id, COUNT(*) AS n, SUM(value) AS total, MIN(moment) AS since, MAX(moment) AS last_seen FROM {events} GROUP BY user_id
