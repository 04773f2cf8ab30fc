-- Lines and arrays together.
SELECT a, b, e FROM read_json(['readers/more/1.ndjson', 'readers/more/2.ndjson', 'readers/more/3.json'], union_by_name = true)
