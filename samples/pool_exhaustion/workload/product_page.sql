\set product random(1, 5000)
SELECT id, name, price, stock FROM products WHERE id = :product;
SELECT id, name, price FROM products WHERE id > :product ORDER BY id LIMIT 4;
