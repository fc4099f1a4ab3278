-- A list by address reads only what it shows.
CREATE INDEX product_by_url ON product (tenant, url, created_at DESC, id DESC)
  WHERE deleted_at IS NULL AND url IS NOT NULL;
CREATE INDEX price_by_currency ON price (tenant, currency, created_at DESC, id DESC);
