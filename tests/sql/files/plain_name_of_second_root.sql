-- nation.parquet is in the second data root.
SELECT n_name, n_regionkey FROM nation
