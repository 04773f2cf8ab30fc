SELECT a.id FROM {events} AS a JOIN {events} AS b ON a.moment_utc = b.moment_utc WHERE b.kind = 'buy' AND b.value > 900
