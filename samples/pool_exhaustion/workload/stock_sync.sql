\set product random(1, 5000)
\set delta random(1, 9)
UPDATE products SET stock = stock + :delta WHERE id = :product;
