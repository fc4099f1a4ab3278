-- Origins of pages that may show card fields with a publishable key; none are named: no page may.
ALTER TABLE api_key ADD COLUMN origins text[] NOT NULL DEFAULT '{}';
ALTER TABLE api_key ADD CONSTRAINT origins_of_publishable_key
  CHECK (kind = 'publishable' OR origins = '{}');
