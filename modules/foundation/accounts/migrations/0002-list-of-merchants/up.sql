-- The order of every list: when it was made.
CREATE INDEX account_by_time ON account (tenant, created_at DESC, id DESC);
DROP INDEX account_tenant;
