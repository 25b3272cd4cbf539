"""A small web shop: its tables, and what its services do in one request.

Every service has an application name of its own, which is the label of its transactions in the
truth. What waits for discs and caches in a real shop is a pg_sleep in a function here, so that a
busy machine changes little; `COMPUTING` has the same services without any sleep.
"""
import asyncio

SCHEMA = '''
CREATE TABLE products (id int PRIMARY KEY, name text, price int, stock int);
INSERT INTO products SELECT i, 'product ' || md5(i::text), 100 + i % 900, 100000
  FROM generate_series(1, 2000) i;
CREATE TABLE customers (id int PRIMARY KEY, city text);
INSERT INTO customers SELECT i, 'city ' || i % 97 FROM generate_series(1, 1000) i;
CREATE TABLE orders (id serial PRIMARY KEY, customer int, amount int, state text);
INSERT INTO orders (customer, amount, state) SELECT i % 1000 + 1, i % 500, 'paid'
  FROM generate_series(1, 10000) i;
CREATE INDEX ON orders (customer);
CREATE TABLE order_lines (order_id int, product int, quantity int);
CREATE INDEX ON order_lines (order_id);
INSERT INTO order_lines SELECT i / 2 + 1, i % 2000 + 1, 1 FROM generate_series(1, 20000) i;
CREATE TABLE vouchers (code text PRIMARY KEY, used int, percent int);
INSERT INTO vouchers VALUES ('winter', 0, 10), ('spring', 0, 15);
CREATE TABLE pace (what text PRIMARY KEY, ms int);
INSERT INTO pace VALUES ('search', 20), ('ranking', 40), ('history', 15);
CREATE FUNCTION took(thing text) RETURNS void LANGUAGE plpgsql AS
  $$BEGIN PERFORM pg_sleep(ms / 1000.0) FROM pace WHERE what = thing; END$$;
CREATE FUNCTION ranking(product int) RETURNS SETOF int LANGUAGE plpgsql AS
  $$BEGIN PERFORM took('ranking');
    RETURN QUERY SELECT product + i FROM generate_series(1, 3) i; END$$;
GRANT ALL ON ALL TABLES IN SCHEMA public TO shop, anna;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO shop, anna;
ANALYZE;
'''


async def home(shop):
    await shop.run('SELECT id, name, price FROM products WHERE id BETWEEN '
                   f'{shop.number(1980)} AND {shop.number(1980)} LIMIT 5')


async def product_page(shop):
    product = shop.number(2000)
    await shop.run('BEGIN')
    await shop.run(f'SELECT name, price, stock FROM products WHERE id = {product}')
    await shop.run(f'SELECT ranking FROM ranking({product})')
    await shop.run('COMMIT')


async def search(shop):
    await shop.run(f"SELECT id, name FROM products, took('search') "
                   f"WHERE name LIKE 'product {shop.number(99)}%' LIMIT 10")


async def order_history(shop):
    await shop.run("SELECT o.id, o.amount, o.state FROM orders o, took('history') "
                   f'WHERE o.customer = {shop.number(1000)} LIMIT 20')


async def cart(shop):
    product = shop.number(2000)
    await shop.run('BEGIN')
    await shop.run(f'SELECT price FROM products WHERE id = {product}')
    await asyncio.sleep(0.02)
    await shop.run(f'UPDATE products SET stock = stock - 1 WHERE id = {product}')
    await shop.run('COMMIT')


async def checkout(shop):
    """Takes the row of the voucher that everybody uses, then asks the payment service."""
    await shop.run('BEGIN')
    await shop.run("UPDATE vouchers SET used = used + 1 WHERE code = 'winter'")
    await asyncio.sleep(shop.payment_s())
    await shop.run('INSERT INTO orders (customer, amount, state) VALUES '
                   f"({shop.number(1000)}, {shop.number(500)}, 'paid')")
    await shop.run('COMMIT')


async def voucher_page(shop):
    await shop.run("UPDATE vouchers SET percent = percent WHERE code = 'winter'")


async def order(shop):
    """Several steps with a little work of the application between them, and no row in common."""
    product, customer = shop.number(2000), shop.number(1000)
    await shop.run('BEGIN')
    await shop.run(f'SELECT city FROM customers WHERE id = {customer}')
    await asyncio.sleep(0.1)
    await shop.run(f'SELECT price, stock FROM products WHERE id = {product}')
    await asyncio.sleep(0.1)
    await shop.run('INSERT INTO orders (customer, amount, state) VALUES '
                   f"({customer}, {shop.number(500)}, 'new')")
    await shop.run('COMMIT')


# ---- the same without sleeps: every statement computes ------------------------------------------

async def catalogue_search(shop):
    await shop.run('SELECT id, name FROM products '
                   f'WHERE md5(md5(repeat(name, {40 * shop.effort}))) LIKE '
                   f"'%{shop.number(99)}%' ORDER BY price, name LIMIT 10")


async def sales_figures(shop):
    first = shop.number(5000)
    await shop.run('SELECT o.customer, sum(p.price * l.quantity) FROM orders o '
                   'JOIN order_lines l ON l.order_id = o.id JOIN products p ON p.id = l.product '
                   f'CROSS JOIN generate_series(1, {shop.effort}) '
                   f'WHERE o.id BETWEEN {first} AND {first} + 5000 GROUP BY o.customer '
                   'ORDER BY sum DESC LIMIT 10')


async def similar_products(shop):
    product = shop.number(2000)
    await shop.run('BEGIN')
    await shop.run(f'SELECT name, price, stock FROM products WHERE id = {product}')
    await shop.run('SELECT id, name FROM products '
                   f'WHERE length(md5(repeat(name, {20 * shop.effort}))) = 32 AND price % 97 = '
                   f'{product} % 97 ORDER BY price, id LIMIT 5')
    await shop.run('COMMIT')


async def place_order(shop):
    product, customer = shop.number(2000), shop.number(1000)
    await shop.run('BEGIN')
    await shop.run(f'SELECT count(*), avg(amount) FROM orders WHERE customer = {customer} '
                   f"OR md5(repeat(id::text, {9 * shop.effort})) = 'none'")
    await shop.run(f'UPDATE products SET stock = stock - 1 WHERE id = {product}')
    await shop.run('INSERT INTO orders (customer, amount, state) VALUES '
                   f"({customer}, {shop.number(500)}, 'paid')")
    await shop.run('COMMIT')


# Arrivals a second of every service.
LOCKING = {home: 5, product_page: 7, search: 5, order_history: 3, cart: 5, checkout: 3,
           voucher_page: 1}
RETRYING = {home: 3, product_page: 8, search: 5, order_history: 3, order: 9}
COMPUTING = {home: 6, catalogue_search: 8, sales_figures: 8, similar_products: 8, place_order: 6}
COMPUTING_MORE = {home: 1, catalogue_search: 2, sales_figures: 2, similar_products: 1,
                  place_order: 2}
