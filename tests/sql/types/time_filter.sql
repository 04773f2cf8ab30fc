SELECT id, t FROM {alltypes} WHERE t > TIME '12:00:00'
