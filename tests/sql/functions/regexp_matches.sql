-- Classes are ASCII.
SELECT id, regexp_matches(w, 'p+') AS a, regexp_matches(w, 'A', 'i') AS b, regexp_full_match(w, 'app|apple') AS c,
       regexp_matches(w, '^\w+$') AS d, regexp_matches(w, '\bstring\b') AS e, regexp_matches(w, '[^\W\d]') AS f,
       regexp_matches(w, '.', 'l') AS g
FROM {words}
