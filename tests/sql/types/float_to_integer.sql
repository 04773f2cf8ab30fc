-- types: any
SELECT id, CAST(FLOOR(height * 100) AS BIGINT) AS centimetres FROM {people}
