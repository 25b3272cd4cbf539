SELECT id, name, price FROM products WHERE featured ORDER BY created_at DESC LIMIT 12;
