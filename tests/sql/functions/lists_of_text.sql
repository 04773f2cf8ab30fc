SELECT id, list_contains(tags, 't1') AS a, array_to_string(tags, ',') AS b, list_element(tags, 2) AS c, list_string_agg(tags) AS d FROM {nested}
