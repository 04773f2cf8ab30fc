-- types: any
SELECT id, STRPOS(w, 'an') AS place FROM {words}
