SELECT id, regexp_extract(w, 'p+') AS a, regexp_extract(w, '(a)(.)', 2) AS b, regexp_extract(w, '(z)?a', 1) AS c, regexp_extract(w, '.$') AS d,
       regexp_extract(w, 'P', 0, 'i') AS e, regexp_extract(w, '[aeiou]+$') AS f, regexp_extract(w, 'a|b') AS g
FROM {words}
