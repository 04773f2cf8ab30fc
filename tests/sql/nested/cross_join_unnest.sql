SELECT n.id, tag FROM {nested} AS n CROSS JOIN UNNEST(n.tags) AS u(tag)
