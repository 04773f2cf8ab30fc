SELECT id, b, NOT b AS negated FROM {alltypes} WHERE b OR b IS NULL
