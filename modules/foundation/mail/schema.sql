-- The schema mail as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA mail AUTHORIZATION mail_owner;

-- Tables

CREATE TABLE mail.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE mail.message (
  id text NOT NULL,
  tenant text NOT NULL,
  recipient text NOT NULL,
  template text NOT NULL,
  locale text NOT NULL,
  state text NOT NULL,
  sealed bytea,
  attempts integer NOT NULL,
  problem text,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone NOT NULL,
  sent_at timestamp with time zone
);

-- Constraints

ALTER TABLE mail.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);
ALTER TABLE mail.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);
ALTER TABLE mail.message ADD CONSTRAINT message_attempts_check CHECK ((attempts >= 0));
ALTER TABLE mail.message ADD CONSTRAINT message_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'zh'::text])));
ALTER TABLE mail.message ADD CONSTRAINT message_pkey PRIMARY KEY (id);
ALTER TABLE mail.message ADD CONSTRAINT message_problem_check CHECK ((length(problem) <= 500));
ALTER TABLE mail.message ADD CONSTRAINT message_recipient_check CHECK (((length(recipient) >= 3) AND (length(recipient) <= 254)));
ALTER TABLE mail.message ADD CONSTRAINT message_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'refused'::text, 'expired'::text])));
ALTER TABLE mail.message ADD CONSTRAINT sent_has_instant CHECK (((state = 'sent'::text) = (sent_at IS NOT NULL)));
ALTER TABLE mail.message ADD CONSTRAINT wiped_when_done CHECK (((state = 'queued'::text) = (sealed IS NOT NULL)));

-- Indexes

CREATE INDEX message_due ON mail.message USING btree (due_at) WHERE (state = 'queued'::text);
CREATE INDEX message_old ON mail.message USING btree (created_at);

-- Grants

GRANT USAGE ON SCHEMA mail TO mail_app;
GRANT USAGE ON SCHEMA mail TO upkeep_app;
GRANT INSERT, SELECT, UPDATE ON TABLE mail.command TO mail_app;
GRANT DELETE, SELECT (ctid), SELECT (first_seen) ON TABLE mail.command TO upkeep_app;
GRANT DELETE, INSERT, SELECT, UPDATE (attempts), UPDATE (due_at), UPDATE (problem), UPDATE (sealed), UPDATE (sent_at), UPDATE (state) ON TABLE mail.message TO mail_app;
