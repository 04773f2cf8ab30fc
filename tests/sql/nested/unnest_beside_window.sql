SELECT id, UNNEST(scores) AS score, ROW_NUMBER() OVER (ORDER BY id DESC) AS place FROM {nested}
