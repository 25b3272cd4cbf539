-- The N+1 page: one select for the order, one for each of its twenty lines. The client renders a line in 3 ms.
\set order random(1, 6000)
BEGIN;
SELECT id, customer_id, status, total FROM orders WHERE id = :order;
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 1;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 2;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 3;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 4;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 5;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 6;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 7;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 8;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 9;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 10;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 11;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 12;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 13;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 14;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 15;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 16;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 17;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 18;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 19;
\sleep 3 ms
SELECT product_id, quantity, price FROM order_items WHERE order_id = :order AND line_no = 20;
\sleep 3 ms
COMMIT;
