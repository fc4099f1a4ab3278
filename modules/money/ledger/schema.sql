-- The schema ledger as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA ledger AUTHORIZATION ledger_owner;

-- Tables

CREATE TABLE ledger.account (
  id uuid NOT NULL,
  "timestamp" bigint NOT NULL,
  owner text NOT NULL,
  ledger bigint NOT NULL,
  code integer NOT NULL,
  flags integer NOT NULL,
  user_data_128 uuid,
  user_data_64 numeric(20,0),
  user_data_32 bigint
);

CREATE TABLE ledger.balance_block (
  block integer NOT NULL,
  account_ids uuid[] NOT NULL,
  debits_pending numeric[] NOT NULL,
  debits_posted numeric[] NOT NULL,
  credits_pending numeric[] NOT NULL,
  credits_posted numeric[] NOT NULL,
  closed boolean[] NOT NULL
) WITH (toast_tuple_target=8160);

CREATE TABLE ledger.checkpoint (
  singleton boolean NOT NULL DEFAULT true,
  "position" bigint NOT NULL,
  last_timestamp bigint NOT NULL,
  last_transfer bigint NOT NULL
);

CREATE TABLE ledger.history (
  account_id uuid NOT NULL,
  "timestamp" bigint NOT NULL,
  debits_pending numeric(39,0) NOT NULL,
  debits_posted numeric(39,0) NOT NULL,
  credits_pending numeric(39,0) NOT NULL,
  credits_posted numeric(39,0) NOT NULL
);

CREATE TABLE ledger.log (
  "position" bigint NOT NULL,
  "timestamp" bigint NOT NULL,
  ledger bigint,
  id uuid,
  debit_account_id uuid,
  credit_account_id uuid,
  pending_id uuid,
  kind smallint NOT NULL,
  code integer,
  flags integer,
  amount numeric(39,0),
  pending_amount numeric(39,0),
  user_data_128 uuid,
  user_data_64 numeric(20,0),
  user_data_32 bigint,
  timeout bigint,
  refusal text
) WITH (autovacuum_vacuum_insert_scale_factor=0.5);

CREATE TABLE ledger.open_pending (
  id uuid NOT NULL
);

CREATE TABLE ledger.writer (
  singleton boolean NOT NULL DEFAULT true,
  epoch bigint NOT NULL,
  since bigint NOT NULL,
  "position" bigint NOT NULL
) WITH (fillfactor=10);

-- Constraints

ALTER TABLE ledger.account ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE ledger.account ADD CONSTRAINT account_timestamp_key UNIQUE ("timestamp");
ALTER TABLE ledger.balance_block ADD CONSTRAINT balance_block_pkey PRIMARY KEY (block);
ALTER TABLE ledger.checkpoint ADD CONSTRAINT checkpoint_pkey PRIMARY KEY (singleton);
ALTER TABLE ledger.checkpoint ADD CONSTRAINT checkpoint_singleton_check CHECK (singleton);
ALTER TABLE ledger.history ADD CONSTRAINT history_pkey PRIMARY KEY (account_id, "timestamp");
ALTER TABLE ledger.open_pending ADD CONSTRAINT open_pending_pkey PRIMARY KEY (id);
ALTER TABLE ledger.writer ADD CONSTRAINT writer_pkey PRIMARY KEY (singleton);
ALTER TABLE ledger.writer ADD CONSTRAINT writer_singleton_check CHECK (singleton);

-- Indexes

CREATE INDEX log_accounts ON ledger.log USING brin (debit_account_id uuid_bloom_ops (n_distinct_per_range='800', false_positive_rate='0.01'), credit_account_id uuid_bloom_ops (n_distinct_per_range='800', false_positive_rate='0.01')) WITH (pages_per_range='16');
CREATE UNIQUE INDEX log_id ON ledger.log USING btree (id);
CREATE INDEX log_order ON ledger.log USING brin ("position", "timestamp") WITH (pages_per_range='16');
CREATE INDEX log_references ON ledger.log USING brin (pending_id uuid_bloom_ops (n_distinct_per_range='800', false_positive_rate='0.01'), user_data_128 uuid_bloom_ops (n_distinct_per_range='800', false_positive_rate='0.01')) WITH (pages_per_range='16');

-- Functions

CREATE OR REPLACE FUNCTION ledger.advance(of_epoch bigint, from_position bigint, to_position bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  UPDATE ledger.writer SET position = to_position WHERE epoch = of_epoch AND position = from_position;
  IF NOT FOUND THEN
    IF EXISTS (SELECT FROM ledger.writer WHERE epoch = of_epoch) THEN
      RAISE EXCEPTION 'the batch does not follow the log' USING ERRCODE = 'TPL02';
    END IF;
    RAISE EXCEPTION 'epoch % is over', of_epoch USING ERRCODE = 'TPL01';
  END IF;
END $function$
;

CREATE OR REPLACE FUNCTION ledger.summarise()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
  SELECT brin_summarize_new_values('ledger.log_order'::regclass)::bigint
    + brin_summarize_new_values('ledger.log_accounts'::regclass)
    + brin_summarize_new_values('ledger.log_references'::regclass)
$function$
;

-- Grants

GRANT USAGE ON SCHEMA ledger TO ledger_app;
GRANT INSERT, SELECT ON TABLE ledger.account TO ledger_app;
GRANT EXECUTE ON FUNCTION ledger.advance(bigint,bigint,bigint) TO ledger_app;
GRANT INSERT, SELECT, UPDATE ON TABLE ledger.balance_block TO ledger_app;
GRANT SELECT, UPDATE ON TABLE ledger.checkpoint TO ledger_app;
GRANT INSERT, SELECT ON TABLE ledger.history TO ledger_app;
GRANT INSERT, SELECT ON TABLE ledger.log TO ledger_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE ledger.open_pending TO ledger_app;
GRANT EXECUTE ON FUNCTION ledger.summarise() TO ledger_app;
GRANT SELECT, UPDATE ON TABLE ledger.writer TO ledger_app;
