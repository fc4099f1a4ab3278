-- What can be searched, one row an object: a projection that this module makes of its own events, and that
-- can be thrown away and made again. A term is a 64-bit hash of (kind, tenant, field, value), so that any
-- number of fields costs one index; a substring is looked for by its trigrams, which are terms too, and
-- checked in `texts`.
CREATE TABLE search_document (
  id         text PRIMARY KEY,
  kind       text NOT NULL,
  tenant     text NOT NULL,
  created_at timestamptz NOT NULL,
  -- Zero where the object has none.
  amount     numeric(39,0) NOT NULL,
  terms      bigint[] NOT NULL,
  -- Lower-case text by field.
  texts      jsonb NOT NULL
);
CREATE INDEX search_document_by_time ON search_document (kind, tenant, created_at DESC, id DESC);
CREATE INDEX search_document_by_amount ON search_document (kind, tenant, amount);
CREATE INDEX search_document_by_term ON search_document USING gin (terms);
GRANT SELECT, INSERT, UPDATE, DELETE ON search_document TO {app};
