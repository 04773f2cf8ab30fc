-- ordered
SELECT id, value FROM {events} ORDER BY value DESC NULLS LAST, id
