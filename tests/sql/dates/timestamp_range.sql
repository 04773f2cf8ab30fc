-- Prunes row groups: the events are in order of time.
SELECT COUNT(*) AS n, MIN(id) AS first_id, MAX(id) AS last_id
FROM {events}
WHERE moment >= TIMESTAMP '2024-03-01 00:00:00' AND moment < TIMESTAMP '2024-04-01 00:00:00'
