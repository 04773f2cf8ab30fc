-- CONCAT skips nulls, || does not.
SELECT id, CONCAT(v, '-', w) AS skipping, v || '-' || w AS strict, CONCAT_WS('/', v, w) AS joined FROM {words}
