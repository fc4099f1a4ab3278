-- The schema audit as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA audit AUTHORIZATION audit_owner;

-- Tables

CREATE TABLE audit.cursor (
  cursor text NOT NULL,
  from_module text NOT NULL,
  xid xid8 NOT NULL,
  seq bigint NOT NULL
);

CREATE TABLE audit.entry (
  "position" bigint NOT NULL,
  module text NOT NULL,
  seq bigint NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  reason text NOT NULL,
  detail jsonb,
  hash bytea NOT NULL
);

CREATE TABLE audit.head (
  single boolean NOT NULL DEFAULT true,
  "position" bigint NOT NULL,
  hash bytea NOT NULL
);

-- Constraints

ALTER TABLE audit.cursor ADD CONSTRAINT cursor_pkey PRIMARY KEY (cursor);
ALTER TABLE audit.entry ADD CONSTRAINT entry_hash_check CHECK ((octet_length(hash) = 32));
ALTER TABLE audit.entry ADD CONSTRAINT entry_module_seq_key UNIQUE (module, seq);
ALTER TABLE audit.entry ADD CONSTRAINT entry_pkey PRIMARY KEY ("position");
ALTER TABLE audit.entry ADD CONSTRAINT entry_position_check CHECK (("position" >= 1));
ALTER TABLE audit.head ADD CONSTRAINT head_hash_check CHECK ((octet_length(hash) = 32));
ALTER TABLE audit.head ADD CONSTRAINT head_pkey PRIMARY KEY (single);
ALTER TABLE audit.head ADD CONSTRAINT head_position_check CHECK (("position" >= 0));
ALTER TABLE audit.head ADD CONSTRAINT head_single_check CHECK (single);

-- Indexes

CREATE INDEX entry_of_action ON audit.entry USING btree (action text_pattern_ops, "position");
CREATE INDEX entry_of_actor ON audit.entry USING btree (actor, "position");
CREATE INDEX entry_of_subject ON audit.entry USING btree (subject, "position");

-- Grants

GRANT USAGE ON SCHEMA audit TO audit_app;
GRANT USAGE ON SCHEMA audit TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE audit.cursor TO audit_app;
GRANT SELECT ON TABLE audit.cursor TO upkeep_app;
GRANT INSERT, SELECT ON TABLE audit.entry TO audit_app;
GRANT SELECT, UPDATE ("position"), UPDATE (hash) ON TABLE audit.head TO audit_app;
