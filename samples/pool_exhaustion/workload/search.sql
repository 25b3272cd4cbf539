\set term random(10, 999)
SELECT id, name, price FROM products WHERE name ILIKE '%' || :term || '%' ORDER BY price LIMIT 20;
