-- "Bought together": the slowest statement of the shop, every 12 seconds or so, and innocent.
SELECT a.product_id, b.product_id AS other_id, count(*) AS times FROM order_items a JOIN order_items b ON b.order_id = a.order_id AND b.product_id > a.product_id GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 50;
