SELECT id, 'at ' || moment AS a, concat(moment, kind, value) AS b FROM {events} WHERE id < 50
