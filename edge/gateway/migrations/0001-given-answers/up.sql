-- Answers given to requests with an idempotency key, so that a restarted process still repeats them.
CREATE TABLE given_answer (
  tenant       text NOT NULL,
  key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  fingerprint  text NOT NULL,
  request_id   text NOT NULL,
  status       integer NOT NULL CHECK (status BETWEEN 200 AND 499),
  content_type text NOT NULL,
  body         text NOT NULL,
  at           timestamptz NOT NULL,
  PRIMARY KEY (tenant, key)
);

CREATE INDEX given_answer_at ON given_answer (at);

GRANT SELECT, INSERT, UPDATE, DELETE ON given_answer TO gateway_app;
