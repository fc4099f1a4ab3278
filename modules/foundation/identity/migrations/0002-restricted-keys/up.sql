ALTER TABLE api_key DROP CONSTRAINT api_key_kind_check;
ALTER TABLE api_key ADD CONSTRAINT api_key_kind_check
  CHECK (kind IN ('secret', 'restricted', 'publishable', 'operator'));
-- What a restricted key may do, by resource: read or write. What is not named is denied.
ALTER TABLE api_key ADD COLUMN permissions jsonb;
ALTER TABLE api_key ADD CONSTRAINT restricted_key_has_permissions
  CHECK ((kind = 'restricted') = (permissions IS NOT NULL));
-- Requests on one day; null: as many as it likes.
ALTER TABLE api_key ADD COLUMN daily_quota integer CHECK (daily_quota > 0);
