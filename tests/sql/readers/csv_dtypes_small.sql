-- dtypes is types.
SELECT typeof(q) AS t, q FROM read_csv('readers/comma.csv', delim = ';', dtypes = {'q': 'SMALLINT'}, all_varchar = false)
