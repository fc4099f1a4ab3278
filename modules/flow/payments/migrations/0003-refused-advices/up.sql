-- What an acquirer answered and will not book: our books and the acquirer's differ until people have looked.
CREATE TABLE refused_advice (
  advice_id text PRIMARY KEY,
  tenant text NOT NULL,
  at timestamptz NOT NULL,
  intent text NOT NULL REFERENCES intent (id),
  charge text NOT NULL REFERENCES charge (id),
  kind text NOT NULL CHECK (kind IN ('capture', 'release')),
  network_code text NOT NULL
);
CREATE INDEX refused_advice_by_time ON refused_advice (tenant, at, intent);
GRANT SELECT, INSERT ON refused_advice TO payments_app;
