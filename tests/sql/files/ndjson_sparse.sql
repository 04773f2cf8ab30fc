-- Keys that come late, in another order or not at all; a blank line.
SELECT id, extra FROM 'variants/sparse.ndjson'
