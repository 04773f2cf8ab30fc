-- approx
SELECT CORR(qty, amount) AS r, COVAR_SAMP(qty, amount) AS c FROM {purchases}
