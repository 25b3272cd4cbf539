-- The fault: the payment service is called while the transaction is open.
-- record.sh plays that service: the file payment_ms says how many milliseconds it takes just now.
\set customer CASE WHEN random(1, 5) = 1 THEN random(1, 20) ELSE random(21, 20000) END
\set p1 random(1, 5000)
\set p2 random(1, 5000)
\set p3 random(1, 5000)
\set total random(1000, 40000)
BEGIN;
SELECT customer_id, total FROM carts WHERE customer_id = :customer FOR UPDATE;
INSERT INTO orders (customer_id, status, total) VALUES (:customer, 'pending', :total / 100.0) RETURNING id AS order_id \gset
INSERT INTO order_items (order_id, line_no, product_id, quantity, price) VALUES (:order_id, 1, :p1, 1, 19.90);
INSERT INTO order_items (order_id, line_no, product_id, quantity, price) VALUES (:order_id, 2, :p2, 2, 7.50);
INSERT INTO order_items (order_id, line_no, product_id, quantity, price) VALUES (:order_id, 3, :p3, 1, 44.00);
\setshell latency cat payment_ms
\set gap :latency * random_gaussian(75, 125, 2.5) / 100
\sleep :gap ms
UPDATE orders SET status = 'paid', paid_at = now() WHERE id = :order_id;
COMMIT;
