SELECT c.city, w.w FROM {cities} AS c POSITIONAL JOIN (SELECT id, w FROM {words}) AS w WHERE w.id > 3
