SELECT n.id, t.tag FROM {nested} AS n CROSS JOIN LATERAL (SELECT UNNEST(n.tags) AS tag) AS t WHERE t.tag <> 't0'
