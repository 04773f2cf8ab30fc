-- A text that is written out beside a date is a date.
SELECT id, d = '2024-02-29' AS a, '2024-01-01' < d AS b, d BETWEEN '1970-01-01' AND '2024-12-31' AS c, d IN ('1970-01-01', '2024-02-29') AS e FROM {alltypes}
