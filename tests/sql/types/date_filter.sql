SELECT id, d
FROM {alltypes}
WHERE d >= DATE '1970-01-01' AND d < DATE '9999-12-31'
