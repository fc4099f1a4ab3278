-- What command-line clients that listen have heard, so that one whose connection was cut misses nothing.
CREATE TABLE listener (
  -- The session's.
  id text COLLATE "C" PRIMARY KEY,
  tenant text NOT NULL,
  -- By what a client is known that comes back with another session.
  device text NOT NULL,
  until timestamptz NOT NULL,
  -- Events of lesser ids are settled.
  owed_from text COLLATE "C" NOT NULL,
  -- Of the others those that it has acknowledged; their number is bounded.
  heard text[] COLLATE "C" NOT NULL
);
CREATE INDEX listener_of_device ON listener (tenant, device, until);
CREATE INDEX listener_by_end ON listener (until);
GRANT SELECT, INSERT, UPDATE, DELETE ON listener TO webhooks_app;
