-- name: OrderHistory :many
SELECT o.id, o.status, o.total, o.created_at, count(i.line_no) AS lines
  FROM orders o
  JOIN order_items i ON i.order_id = o.id
 WHERE o.customer_id = $1
 GROUP BY o.id
 ORDER BY o.created_at DESC
 LIMIT 10;

-- name: OrderItem :one
SELECT product_id, quantity, price FROM order_items WHERE order_id = $1 AND line_no = $2;

-- name: Featured :many
SELECT id, name, price FROM products WHERE featured ORDER BY created_at DESC LIMIT 12;

-- name: Search :many
SELECT id, name, price FROM products WHERE name ILIKE '%' || $1 || '%' ORDER BY price LIMIT 20;
