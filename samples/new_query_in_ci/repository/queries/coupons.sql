-- name: CouponsNeverUsed :many
SELECT id, code FROM coupons WHERE id NOT IN (SELECT coupon_id FROM orders);

-- name: OrdersOfDay :many
SELECT id, total FROM orders WHERE created_at::date = $1;

-- name: NextOrderToShip :one
SELECT id, customer_id
  FROM orders
 WHERE status = 'paid'
 ORDER BY created_at
 LIMIT 1
   FOR UPDATE;

-- name: CouponByCode :one
SELECT id, percent FROM coupons WHERE code = $1 AND expires_at > now();
