-- ordered
SELECT id, x FROM {floats} ORDER BY x ASC NULLS LAST, id
