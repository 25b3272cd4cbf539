\set customer random(1, 20000)
SELECT o.id, o.status, o.total, o.created_at, count(i.line_no) AS lines FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.customer_id = :customer GROUP BY o.id ORDER BY o.created_at DESC LIMIT 10;
