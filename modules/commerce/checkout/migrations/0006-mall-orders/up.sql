-- Whether the mall has opened it, for one of its own orders: its page leads to that order.
ALTER TABLE session ADD COLUMN is_mall_order boolean NOT NULL DEFAULT false;
ALTER TABLE session ALTER COLUMN is_mall_order DROP DEFAULT;
