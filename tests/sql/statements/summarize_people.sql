SELECT column_name, column_type, min, max, count, null_percentage FROM (SUMMARIZE {people})
