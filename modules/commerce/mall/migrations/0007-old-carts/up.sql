-- What the job that forgets guests' carts looks for, oldest first.
CREATE INDEX cart_line_of_guests ON cart_line (added_at) WHERE owner LIKE 'guest:%';
