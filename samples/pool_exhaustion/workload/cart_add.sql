-- One in five carts belongs to one of 20 business customers, whose buyers share a cart.
\set customer CASE WHEN random(1, 5) = 1 THEN random(1, 20) ELSE random(21, 20000) END
\set product random(1, 5000)
\set quantity random(1, 3)
BEGIN;
SELECT price, stock FROM products WHERE id = :product;
\sleep 10 ms
INSERT INTO cart_items (customer_id, product_id, quantity) VALUES (:customer, :product, :quantity);
UPDATE carts SET total = total + :quantity * 10, touched_at = now() WHERE customer_id = :customer;
COMMIT;
