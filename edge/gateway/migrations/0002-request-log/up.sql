-- What clients asked and were answered, redacted and cut to a bound, for their developers. Written behind the
-- request: a crash may lose the last moment of it, and nothing rests on it.
CREATE TABLE request_log (
  id              text PRIMARY KEY,
  tenant          text NOT NULL,
  created_at      timestamptz NOT NULL,
  key_id          text NOT NULL,
  method          text NOT NULL,
  path            text NOT NULL,
  operation       text NOT NULL,
  status          integer NOT NULL,
  error_code      text,
  duration_us     integer NOT NULL,
  ip              text NOT NULL,
  user_agent      text NOT NULL,
  idempotency_key text,
  replayed        boolean NOT NULL,
  -- The object of the path, or the one answered.
  object_id       text,
  request_body    text NOT NULL,
  response_body   text NOT NULL
);
CREATE INDEX request_log_by_time ON request_log (tenant, created_at DESC, id DESC);
CREATE INDEX request_log_by_object ON request_log (tenant, object_id, created_at DESC, id DESC)
  WHERE object_id IS NOT NULL;
-- Old rows are found for deletion in the order in which they came.
CREATE INDEX request_log_age ON request_log USING brin (created_at);
GRANT SELECT, INSERT, DELETE ON request_log TO gateway_app;

-- Requests of a key on a day, counted by every process of the gateway.
CREATE TABLE quota_use (
  key_id text NOT NULL,
  day    date NOT NULL,
  used   bigint NOT NULL CHECK (used >= 0),
  PRIMARY KEY (key_id, day)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON quota_use TO gateway_app;
