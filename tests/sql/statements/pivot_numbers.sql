-- Values that are no texts, in the order of their texts; counted without USING.
PIVOT {purchases} ON qty GROUP BY item
