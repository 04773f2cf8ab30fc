-- formats: parquet
SELECT id, list_resize(tags, 2) AS a, array_pop_back(tags) AS b, array_pop_front(tags) AS c, list_grade_up(scores) AS d, list_select(tags, [1, 3]) AS e, flatten([tags, ['x']]) AS f, list_any_value(scores) AS g FROM {nested}
