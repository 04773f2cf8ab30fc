SELECT id, LEFT(w, 3) AS head, RIGHT(w, 2) AS tail, SUBSTR(w, 2, 3) AS middle, REVERSE(w) AS backwards FROM {words}
