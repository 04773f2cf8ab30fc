-- ~ and SIMILAR TO match the whole text.
SELECT id, w ~ 'a.*e' AS a, w !~ 'p+' AS b, w SIMILAR TO '(apple|a)' AS c FROM {words}
