-- ASOF JOIN drops the rows without a partner.
SELECT a.id, b.id AS other FROM {purchases} AS a ASOF JOIN {purchases} AS b ON a.item = b.item AND a.id > b.id
