SELECT w, TRY_CAST(w AS BOOLEAN) AS a FROM (VALUES ('yes'), ('t'), ('1'), ('N'), ('off'), (NULL), ('TRUE')) AS v(w)
