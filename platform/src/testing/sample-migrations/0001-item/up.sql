CREATE TABLE item (id text PRIMARY KEY, name text NOT NULL);
GRANT SELECT, INSERT ON item TO sample_app;

-- tpmall:outbox
-- tpmall:cursor
-- tpmall:command
