-- A key is new again after a day, so a row that is older means nothing: upkeep deletes it.
GRANT USAGE ON SCHEMA {schema} TO upkeep_app;
GRANT SELECT (ctid, first_seen), DELETE ON command TO upkeep_app;
