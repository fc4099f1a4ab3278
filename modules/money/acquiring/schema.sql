-- The schema acquiring as its migrations leave it. Written by tools/schema-dump.ts; do not edit.

-- Schema

CREATE SCHEMA acquiring AUTHORIZATION acquiring_owner;

-- Sequences

CREATE SEQUENCE acquiring.stan AS integer START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 999999 CACHE 1 CYCLE;

-- Tables

CREATE TABLE acquiring.advice (
  id text NOT NULL,
  tenant text NOT NULL,
  command_id text NOT NULL,
  kind text NOT NULL,
  authorisation_id text NOT NULL,
  refund_id text,
  connector text NOT NULL,
  amount numeric(39,0) NOT NULL,
  remaining numeric(39,0) NOT NULL,
  currency text NOT NULL,
  final boolean NOT NULL,
  stan integer NOT NULL,
  transmitted_at timestamp with time zone NOT NULL,
  original_stan integer NOT NULL,
  original_at timestamp with time zone NOT NULL,
  original_approval_code text,
  state text NOT NULL,
  network_code text,
  attempts integer NOT NULL,
  next_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL,
  settled_at timestamp with time zone,
  increment_id text,
  first_stan integer,
  first_at timestamp with time zone,
  original_reference text
);

CREATE TABLE acquiring.authentication (
  id text NOT NULL,
  tenant text NOT NULL,
  command_id text NOT NULL,
  payment_method text NOT NULL,
  amount numeric(39,0) NOT NULL,
  currency text NOT NULL,
  merchant_name text NOT NULL,
  last4 text NOT NULL,
  return_url text NOT NULL,
  state text NOT NULL,
  server_trans_id text NOT NULL,
  acs_trans_id text,
  ds_trans_id text,
  acs_url text,
  results_key_hash bytea NOT NULL,
  eci text,
  authentication_value text,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  connector text
);

CREATE TABLE acquiring.authorisation (
  id text NOT NULL,
  tenant text NOT NULL,
  command_id text NOT NULL,
  connector text NOT NULL,
  payment_method text NOT NULL,
  merchant text NOT NULL,
  amount numeric(39,0) NOT NULL,
  currency text NOT NULL,
  descriptor text NOT NULL,
  authentication_id text,
  stan integer NOT NULL,
  transmitted_at timestamp with time zone NOT NULL,
  answer_by timestamp with time zone NOT NULL,
  state text NOT NULL,
  approval_code text,
  network_code text,
  decline_code text,
  reference text,
  captured numeric(39,0) NOT NULL DEFAULT 0,
  refunded numeric(39,0) NOT NULL DEFAULT 0,
  closed boolean NOT NULL DEFAULT false,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  multicapture boolean NOT NULL DEFAULT false,
  incremental boolean NOT NULL DEFAULT false,
  overcapture_percent integer NOT NULL DEFAULT 0,
  incremented numeric(39,0) NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 1,
  stand_in text,
  stand_in_code text
);

CREATE TABLE acquiring.clearing_file (
  id text NOT NULL,
  connector text NOT NULL,
  name text NOT NULL,
  content_hash bytea NOT NULL,
  records integer NOT NULL,
  imported_at timestamp with time zone NOT NULL
);

CREATE TABLE acquiring.clearing_record (
  id text NOT NULL,
  file text NOT NULL,
  connector text NOT NULL,
  line integer NOT NULL,
  type text NOT NULL,
  reference text NOT NULL,
  approval_code text NOT NULL,
  amount numeric(39,0) NOT NULL,
  fee numeric(39,0) NOT NULL,
  currency text NOT NULL,
  booked_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL,
  subject text,
  tenant text,
  exception text
);

CREATE TABLE acquiring.clearing_resolution (
  id text NOT NULL,
  tenant text NOT NULL,
  exception text NOT NULL,
  verdict text NOT NULL,
  movement text,
  evidence text NOT NULL,
  state text NOT NULL,
  proposed_by text NOT NULL,
  proposed_at timestamp with time zone NOT NULL,
  decided_by text,
  decided_at timestamp with time zone,
  decision_reason text,
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE acquiring.clearing_watch (
  type text NOT NULL,
  looked_at_up_to text NOT NULL,
  late_bookings bigint NOT NULL DEFAULT 0
);

CREATE TABLE acquiring.command (
  tenant text NOT NULL,
  key text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  command_id text NOT NULL,
  request_hash bytea NOT NULL
);

CREATE TABLE acquiring.ended_attempt (
  authorisation_id text NOT NULL,
  number integer NOT NULL,
  connector text NOT NULL,
  stan integer NOT NULL,
  transmitted_at timestamp with time zone NOT NULL,
  result text NOT NULL,
  network_code text,
  decline_code text,
  ended_at timestamp with time zone NOT NULL
);

CREATE TABLE acquiring.increment (
  id text NOT NULL,
  tenant text NOT NULL,
  command_id text NOT NULL,
  authorisation_id text NOT NULL,
  connector text NOT NULL,
  amount numeric(39,0) NOT NULL,
  currency text NOT NULL,
  stan integer NOT NULL,
  transmitted_at timestamp with time zone NOT NULL,
  answer_by timestamp with time zone NOT NULL,
  state text NOT NULL,
  approval_code text,
  network_code text,
  decline_code text,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL
);

CREATE TABLE acquiring.message_log (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  subject text NOT NULL,
  at timestamp with time zone NOT NULL,
  direction text NOT NULL,
  type text NOT NULL,
  fields jsonb NOT NULL
);

CREATE TABLE acquiring.missing_clearing (
  subject text NOT NULL,
  type text NOT NULL,
  connector text NOT NULL,
  tenant text NOT NULL,
  reference text NOT NULL,
  amount numeric(39,0) NOT NULL,
  currency text NOT NULL,
  booked_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL,
  found_in text
);

CREATE TABLE acquiring.outbox (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 1 CACHE 1),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  type text NOT NULL,
  aggregate_id text NOT NULL,
  tenant text NOT NULL,
  at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL
);

CREATE TABLE acquiring.refund (
  id text NOT NULL,
  tenant text NOT NULL,
  command_id text NOT NULL,
  authorisation_id text NOT NULL,
  connector text NOT NULL,
  amount numeric(39,0) NOT NULL,
  currency text NOT NULL,
  stan integer NOT NULL,
  transmitted_at timestamp with time zone NOT NULL,
  answer_by timestamp with time zone NOT NULL,
  state text NOT NULL,
  network_code text,
  reference text,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  decline_code text
);

CREATE TABLE acquiring.refused_clearing_file (
  connector text NOT NULL,
  name text NOT NULL,
  content_hash bytea NOT NULL,
  reason text NOT NULL,
  refused_at timestamp with time zone NOT NULL
);

CREATE TABLE acquiring.stand_in_day (
  rule text NOT NULL,
  day date NOT NULL,
  approved numeric(39,0) NOT NULL
);

CREATE TABLE acquiring.verdict (
  tenant text NOT NULL,
  command_id text NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  stands boolean NOT NULL,
  at timestamp with time zone NOT NULL
);

CREATE TABLE acquiring.verification (
  id text NOT NULL,
  tenant text NOT NULL,
  command_id text NOT NULL,
  connector text NOT NULL,
  payment_method text NOT NULL,
  merchant text NOT NULL,
  authentication_id text,
  stan integer NOT NULL,
  transmitted_at timestamp with time zone NOT NULL,
  state text NOT NULL,
  network_code text NOT NULL,
  decline_code text,
  created_at timestamp with time zone NOT NULL
);

-- Constraints

ALTER TABLE acquiring.advice ADD CONSTRAINT advice_authorisation_id_fkey FOREIGN KEY (authorisation_id) REFERENCES acquiring.authorisation(id);
ALTER TABLE acquiring.advice ADD CONSTRAINT advice_increment_id_fkey FOREIGN KEY (increment_id) REFERENCES acquiring.increment(id);
ALTER TABLE acquiring.advice ADD CONSTRAINT advice_pkey PRIMARY KEY (id);
ALTER TABLE acquiring.advice ADD CONSTRAINT advice_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES acquiring.refund(id);
ALTER TABLE acquiring.advice ADD CONSTRAINT advice_rules CHECK (acquiring.advice_rules(advice.*));
ALTER TABLE acquiring.advice ADD CONSTRAINT advice_tenant_kind_command_id_key UNIQUE (tenant, kind, command_id);
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_amount_check CHECK ((amount >= (0)::numeric));
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_check CHECK (((state <> 'challenge'::text) OR ((acs_trans_id IS NOT NULL) AND (acs_url IS NOT NULL))));
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_check1 CHECK (((state <> ALL (ARRAY['frictionless'::text, 'authenticated'::text])) OR ((eci IS NOT NULL) AND (authentication_value IS NOT NULL) AND (ds_trans_id IS NOT NULL))));
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text));
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_eci_check CHECK ((eci ~ '^[0-9]{2}$'::text));
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64)));
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_last4_check CHECK ((last4 ~ '^[0-9]{4}$'::text));
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_pkey PRIMARY KEY (id);
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_results_key_hash_check CHECK ((octet_length(results_key_hash) = 32));
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_results_key_hash_key UNIQUE (results_key_hash);
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_state_check CHECK ((state = ANY (ARRAY['frictionless'::text, 'challenge'::text, 'authenticated'::text, 'failed'::text, 'unavailable'::text])));
ALTER TABLE acquiring.authentication ADD CONSTRAINT authentication_tenant_command_id_key UNIQUE (tenant, command_id);
ALTER TABLE acquiring.authorisation ADD CONSTRAINT authorisation_authentication_id_fkey FOREIGN KEY (authentication_id) REFERENCES acquiring.authentication(id);
ALTER TABLE acquiring.authorisation ADD CONSTRAINT authorisation_pkey PRIMARY KEY (id);
ALTER TABLE acquiring.authorisation ADD CONSTRAINT authorisation_rules CHECK (acquiring.authorisation_rules(authorisation.*));
ALTER TABLE acquiring.authorisation ADD CONSTRAINT authorisation_tenant_command_id_key UNIQUE (tenant, command_id);
ALTER TABLE acquiring.clearing_file ADD CONSTRAINT clearing_file_connector_content_hash_key UNIQUE (connector, content_hash);
ALTER TABLE acquiring.clearing_file ADD CONSTRAINT clearing_file_connector_name_key UNIQUE (connector, name);
ALTER TABLE acquiring.clearing_file ADD CONSTRAINT clearing_file_content_hash_check CHECK ((octet_length(content_hash) = 32));
ALTER TABLE acquiring.clearing_file ADD CONSTRAINT clearing_file_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64)));
ALTER TABLE acquiring.clearing_file ADD CONSTRAINT clearing_file_pkey PRIMARY KEY (id);
ALTER TABLE acquiring.clearing_file ADD CONSTRAINT clearing_file_records_check CHECK ((records >= 0));
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_amount_check CHECK ((amount > (0)::numeric));
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_check CHECK (((subject IS NULL) = (exception IS NOT NULL)));
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_check1 CHECK (((subject IS NULL) = (tenant IS NULL)));
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text));
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_exception_check CHECK ((exception = ANY (ARRAY['unknown_reference'::text, 'currency_mismatch'::text, 'amount_mismatch'::text, 'duplicate_record'::text, 'not_booked'::text])));
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_fee_check CHECK ((fee >= (0)::numeric));
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_file_fkey FOREIGN KEY (file) REFERENCES acquiring.clearing_file(id);
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_file_line_key UNIQUE (file, line);
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64)));
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_line_check CHECK ((line >= 2));
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_pkey PRIMARY KEY (id);
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_subject_type_key UNIQUE (subject, type);
ALTER TABLE acquiring.clearing_record ADD CONSTRAINT clearing_record_type_check CHECK ((type = ANY (ARRAY['capture'::text, 'refund'::text, 'refund_return'::text])));
ALTER TABLE acquiring.clearing_resolution ADD CONSTRAINT clearing_resolution_evidence_check CHECK ((evidence <> ''::text));
ALTER TABLE acquiring.clearing_resolution ADD CONSTRAINT clearing_resolution_exception_check CHECK (((length(exception) >= 1) AND (length(exception) <= 64)));
ALTER TABLE acquiring.clearing_resolution ADD CONSTRAINT clearing_resolution_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64)));
ALTER TABLE acquiring.clearing_resolution ADD CONSTRAINT clearing_resolution_pkey PRIMARY KEY (id);
ALTER TABLE acquiring.clearing_resolution ADD CONSTRAINT clearing_resolution_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'applied'::text, 'overtaken'::text, 'rejected'::text, 'withdrawn'::text, 'expired'::text])));
ALTER TABLE acquiring.clearing_resolution ADD CONSTRAINT clearing_resolution_verdict_check CHECK ((verdict = ANY (ARRAY['match'::text, 'accept_difference'::text, 'dispute'::text])));
ALTER TABLE acquiring.clearing_resolution ADD CONSTRAINT decided_at_some_time CHECK (((decided_by IS NULL) = (decided_at IS NULL)));
ALTER TABLE acquiring.clearing_resolution ADD CONSTRAINT disputes_clear_nothing CHECK (((verdict = 'dispute'::text) = (movement IS NULL)));
ALTER TABLE acquiring.clearing_resolution ADD CONSTRAINT somebody_decides CHECK (((state = ANY (ARRAY['proposed'::text, 'expired'::text])) = (decided_by IS NULL)));
ALTER TABLE acquiring.clearing_resolution ADD CONSTRAINT two_people CHECK (((decided_by = proposed_by) = (state = 'withdrawn'::text)));
ALTER TABLE acquiring.clearing_watch ADD CONSTRAINT clearing_watch_pkey PRIMARY KEY (type);
ALTER TABLE acquiring.clearing_watch ADD CONSTRAINT clearing_watch_type_check CHECK ((type = ANY (ARRAY['capture'::text, 'refund'::text])));
ALTER TABLE acquiring.command ADD CONSTRAINT command_command_id_key UNIQUE (command_id);
ALTER TABLE acquiring.command ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, key);
ALTER TABLE acquiring.ended_attempt ADD CONSTRAINT ended_attempt_authorisation_id_fkey FOREIGN KEY (authorisation_id) REFERENCES acquiring.authorisation(id);
ALTER TABLE acquiring.ended_attempt ADD CONSTRAINT ended_attempt_check CHECK (((result = 'declined'::text) = ((network_code IS NOT NULL) AND (decline_code IS NOT NULL))));
ALTER TABLE acquiring.ended_attempt ADD CONSTRAINT ended_attempt_number_check CHECK ((number >= 1));
ALTER TABLE acquiring.ended_attempt ADD CONSTRAINT ended_attempt_pkey PRIMARY KEY (authorisation_id, number);
ALTER TABLE acquiring.ended_attempt ADD CONSTRAINT ended_attempt_result_check CHECK ((result = ANY (ARRAY['declined'::text, 'not_sent'::text])));
ALTER TABLE acquiring.ended_attempt ADD CONSTRAINT ended_attempt_stan_check CHECK (((stan >= 1) AND (stan <= 999999)));
ALTER TABLE acquiring.increment ADD CONSTRAINT increment_amount_check CHECK ((amount > (0)::numeric));
ALTER TABLE acquiring.increment ADD CONSTRAINT increment_authorisation_id_fkey FOREIGN KEY (authorisation_id) REFERENCES acquiring.authorisation(id);
ALTER TABLE acquiring.increment ADD CONSTRAINT increment_check CHECK (((state <> 'declined'::text) OR ((decline_code IS NOT NULL) AND (network_code IS NOT NULL))));
ALTER TABLE acquiring.increment ADD CONSTRAINT increment_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64)));
ALTER TABLE acquiring.increment ADD CONSTRAINT increment_pkey PRIMARY KEY (id);
ALTER TABLE acquiring.increment ADD CONSTRAINT increment_stan_check CHECK (((stan >= 1) AND (stan <= 999999)));
ALTER TABLE acquiring.increment ADD CONSTRAINT increment_state_check CHECK ((state = ANY (ARRAY['sent'::text, 'approved'::text, 'declined'::text, 'pending'::text, 'reversed'::text])));
ALTER TABLE acquiring.increment ADD CONSTRAINT increment_tenant_command_id_key UNIQUE (tenant, command_id);
ALTER TABLE acquiring.message_log ADD CONSTRAINT message_log_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text])));
ALTER TABLE acquiring.message_log ADD CONSTRAINT message_log_pkey PRIMARY KEY (id);
ALTER TABLE acquiring.missing_clearing ADD CONSTRAINT missing_clearing_amount_check CHECK ((amount > (0)::numeric));
ALTER TABLE acquiring.missing_clearing ADD CONSTRAINT missing_clearing_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text));
ALTER TABLE acquiring.missing_clearing ADD CONSTRAINT missing_clearing_found_in_fkey FOREIGN KEY (found_in) REFERENCES acquiring.clearing_record(id);
ALTER TABLE acquiring.missing_clearing ADD CONSTRAINT missing_clearing_pkey PRIMARY KEY (subject, type);
ALTER TABLE acquiring.missing_clearing ADD CONSTRAINT missing_clearing_type_check CHECK ((type = ANY (ARRAY['capture'::text, 'refund'::text])));
ALTER TABLE acquiring.outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (xid, seq);
ALTER TABLE acquiring.refund ADD CONSTRAINT refund_amount_check CHECK ((amount > (0)::numeric));
ALTER TABLE acquiring.refund ADD CONSTRAINT refund_authorisation_id_fkey FOREIGN KEY (authorisation_id) REFERENCES acquiring.authorisation(id);
ALTER TABLE acquiring.refund ADD CONSTRAINT refund_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64)));
ALTER TABLE acquiring.refund ADD CONSTRAINT refund_pkey PRIMARY KEY (id);
ALTER TABLE acquiring.refund ADD CONSTRAINT refund_stan_check CHECK (((stan >= 1) AND (stan <= 999999)));
ALTER TABLE acquiring.refund ADD CONSTRAINT refund_state_check CHECK ((state = ANY (ARRAY['sent'::text, 'approved'::text, 'declined'::text, 'pending'::text, 'reversed'::text, 'returned'::text])));
ALTER TABLE acquiring.refund ADD CONSTRAINT refund_tenant_command_id_key UNIQUE (tenant, command_id);
ALTER TABLE acquiring.refund ADD CONSTRAINT returned_says_why CHECK (((state <> 'returned'::text) OR (decline_code IS NOT NULL)));
ALTER TABLE acquiring.refused_clearing_file ADD CONSTRAINT refused_clearing_file_content_hash_check CHECK ((octet_length(content_hash) = 32));
ALTER TABLE acquiring.refused_clearing_file ADD CONSTRAINT refused_clearing_file_pkey PRIMARY KEY (connector, name, content_hash);
ALTER TABLE acquiring.stand_in_day ADD CONSTRAINT stand_in_day_approved_check CHECK ((approved > (0)::numeric));
ALTER TABLE acquiring.stand_in_day ADD CONSTRAINT stand_in_day_pkey PRIMARY KEY (rule, day);
ALTER TABLE acquiring.verdict ADD CONSTRAINT verdict_kind_check CHECK ((kind = ANY (ARRAY['authorisation'::text, 'increment'::text, 'refund'::text])));
ALTER TABLE acquiring.verdict ADD CONSTRAINT verdict_pkey PRIMARY KEY (tenant, command_id);
ALTER TABLE acquiring.verification ADD CONSTRAINT verification_authentication_id_fkey FOREIGN KEY (authentication_id) REFERENCES acquiring.authentication(id);
ALTER TABLE acquiring.verification ADD CONSTRAINT verification_check CHECK (((state = 'declined'::text) = (decline_code IS NOT NULL)));
ALTER TABLE acquiring.verification ADD CONSTRAINT verification_id_check CHECK (((length(id) >= 1) AND (length(id) <= 64)));
ALTER TABLE acquiring.verification ADD CONSTRAINT verification_pkey PRIMARY KEY (id);
ALTER TABLE acquiring.verification ADD CONSTRAINT verification_stan_check CHECK (((stan >= 1) AND (stan <= 999999)));
ALTER TABLE acquiring.verification ADD CONSTRAINT verification_state_check CHECK ((state = ANY (ARRAY['verified'::text, 'declined'::text])));
ALTER TABLE acquiring.verification ADD CONSTRAINT verification_tenant_command_id_key UNIQUE (tenant, command_id);

-- Indexes

CREATE INDEX advice_capture ON acquiring.advice USING btree (authorisation_id) WHERE (kind = 'capture'::text);
CREATE INDEX advice_due ON acquiring.advice USING btree (next_at) WHERE (state = 'queued'::text);
CREATE INDEX advice_other ON acquiring.advice USING btree (authorisation_id) WHERE (kind <> 'capture'::text);
CREATE INDEX advice_waiting ON acquiring.advice USING btree (authorisation_id) WHERE (state = 'waiting'::text);
CREATE INDEX authentication_open ON acquiring.authentication USING btree (created_at) WHERE (state = 'challenge'::text);
CREATE INDEX authorisation_reference ON acquiring.authorisation USING btree (reference) WHERE (reference IS NOT NULL);
CREATE INDEX authorisation_unanswered ON acquiring.authorisation USING btree (answer_by) WHERE (state = 'sent'::text);
CREATE INDEX clearing_exception ON acquiring.clearing_record USING btree (created_at, id) WHERE (exception IS NOT NULL);
CREATE INDEX clearing_resolution_by_time ON acquiring.clearing_resolution USING btree (proposed_at DESC, id DESC);
CREATE INDEX clearing_resolution_of_exception ON acquiring.clearing_resolution USING btree (exception);
CREATE INDEX clearing_resolution_to_expire ON acquiring.clearing_resolution USING btree (expires_at) WHERE (state = 'proposed'::text);
CREATE INDEX increment_authorisation ON acquiring.increment USING btree (authorisation_id);
CREATE INDEX increment_unanswered ON acquiring.increment USING btree (answer_by) WHERE (state = 'sent'::text);
CREATE INDEX message_log_subject ON acquiring.message_log USING btree (subject);
CREATE INDEX missing_clearing_open ON acquiring.missing_clearing USING btree (created_at, subject) WHERE (found_in IS NULL);
CREATE UNIQUE INDEX one_open_clearing_resolution ON acquiring.clearing_resolution USING btree (exception) WHERE (state = 'proposed'::text);
CREATE INDEX refund_authorisation ON acquiring.refund USING btree (authorisation_id);
CREATE INDEX refund_trace ON acquiring.refund USING btree (stan, transmitted_at);
CREATE INDEX refund_unanswered ON acquiring.refund USING btree (answer_by) WHERE (state = 'sent'::text);

-- Functions

CREATE OR REPLACE FUNCTION acquiring.advice_rules(v acquiring.advice)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
DECLARE
  broken constant text := CASE
    WHEN length(v.id) NOT BETWEEN 1 AND 64 THEN 'id_is_short'
    WHEN v.kind NOT IN ('capture', 'release', 'resolution', 'stand_in') THEN 'kind_is_known'
    WHEN v.state NOT IN ('waiting', 'queued', 'acknowledged', 'refused', 'withdrawn') THEN 'state_is_known'
    WHEN NOT v.amount > 0 THEN 'amount_is_positive'
    WHEN v.remaining NOT BETWEEN 0 AND v.amount THEN 'remaining_within_amount'
    WHEN v.stan NOT BETWEEN 1 AND 999999 THEN 'stan_has_six_digits'
    WHEN NOT v.attempts >= 0 THEN 'attempts_are_counted'
    WHEN v.refund_id IS NOT NULL AND v.kind <> 'resolution' THEN 'refunds_are_resolved'
    WHEN v.increment_id IS NOT NULL AND v.kind <> 'resolution' THEN 'increments_are_resolved'
    WHEN v.state = 'waiting' AND v.kind NOT IN ('capture', 'release') THEN 'captures_and_releases_wait'
    WHEN v.state = 'withdrawn' AND v.kind NOT IN ('resolution', 'release')
      THEN 'captures_are_never_withdrawn'
    WHEN (v.first_stan IS NULL) <> (v.first_at IS NULL) THEN 'first_is_whole'
  END;
BEGIN
  IF broken IS NULL THEN
    RETURN true;
  END IF;
  RAISE check_violation USING SCHEMA = 'acquiring', TABLE = 'advice', CONSTRAINT = broken,
    MESSAGE = format('new row for relation "advice" violates check constraint "%s"', broken);
END
$function$
;

CREATE OR REPLACE FUNCTION acquiring.authorisation_rules(o acquiring.authorisation)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
DECLARE
  broken constant text := CASE
    WHEN length(o.id) NOT BETWEEN 1 AND 64 THEN 'id_is_short'
    WHEN o.state NOT IN ('sent', 'approved', 'declined', 'pending', 'reversed') THEN 'state_is_known'
    WHEN o.stand_in NOT IN ('queued', 'acknowledged', 'refused') THEN 'stand_in_is_known'
    WHEN o.currency !~ '^[a-z]{3}$' THEN 'currency_is_a_code'
    WHEN NOT o.amount > 0 THEN 'amount_is_positive'
    WHEN NOT o.incremented >= 0 THEN 'incremented_is_no_less_than_nothing'
    WHEN o.overcapture_percent NOT BETWEEN 0 AND 100 THEN 'overcapture_is_a_percentage'
    WHEN o.captured NOT BETWEEN 0 AND o.amount + o.incremented
      + div((o.amount + o.incremented) * o.overcapture_percent, 100) THEN 'captured_within_terms'
    WHEN o.refunded NOT BETWEEN 0 AND o.captured THEN 'refunded_within_captured'
    WHEN o.stan NOT BETWEEN 1 AND 999999 THEN 'stan_has_six_digits'
    WHEN o.attempts NOT BETWEEN 1 AND 20 THEN 'attempts_are_few'
    WHEN o.state <> 'approved' AND (o.captured <> 0 OR o.closed) THEN 'only_what_is_approved_is_captured'
    WHEN o.state = 'approved' AND (o.approval_code IS NULL OR o.network_code IS NULL OR o.reference IS NULL)
      THEN 'approval_has_its_codes'
    WHEN o.state = 'declined' AND (o.decline_code IS NULL OR o.network_code IS NULL)
      THEN 'decline_has_its_codes'
    WHEN o.stand_in = 'refused' AND o.stand_in_code IS NULL THEN 'refusal_says_why'
    WHEN o.stand_in IS NOT NULL AND o.state <> 'approved' THEN 'what_stands_in_is_approved'
  END;
BEGIN
  IF broken IS NULL THEN
    RETURN true;
  END IF;
  RAISE check_violation USING SCHEMA = 'acquiring', TABLE = 'authorisation', CONSTRAINT = broken,
    MESSAGE = format('new row for relation "authorisation" violates check constraint "%s"', broken);
END
$function$
;

-- Grants

GRANT USAGE ON SCHEMA acquiring TO acquiring_app;
GRANT USAGE ON SCHEMA acquiring TO relay;
GRANT USAGE ON SCHEMA acquiring TO upkeep_app;
GRANT INSERT, SELECT, UPDATE (attempts), UPDATE (network_code), UPDATE (next_at), UPDATE (settled_at), UPDATE (state) ON TABLE acquiring.advice TO acquiring_app;
GRANT EXECUTE ON FUNCTION acquiring.advice_rules(acquiring.advice) TO acquiring_app;
GRANT INSERT, SELECT, UPDATE (authentication_value), UPDATE (eci), UPDATE (state), UPDATE (updated_at) ON TABLE acquiring.authentication TO acquiring_app;
GRANT INSERT, SELECT, UPDATE (answer_by), UPDATE (approval_code), UPDATE (attempts), UPDATE (captured), UPDATE (closed), UPDATE (connector), UPDATE (decline_code), UPDATE (incremental), UPDATE (incremented), UPDATE (multicapture), UPDATE (network_code), UPDATE (overcapture_percent), UPDATE (reference), UPDATE (refunded), UPDATE (stan), UPDATE (stand_in), UPDATE (stand_in_code), UPDATE (state), UPDATE (transmitted_at), UPDATE (updated_at) ON TABLE acquiring.authorisation TO acquiring_app;
GRANT EXECUTE ON FUNCTION acquiring.authorisation_rules(acquiring.authorisation) TO acquiring_app;
GRANT INSERT, SELECT ON TABLE acquiring.clearing_file TO acquiring_app;
GRANT INSERT, SELECT, UPDATE (exception), UPDATE (subject), UPDATE (tenant) ON TABLE acquiring.clearing_record TO acquiring_app;
GRANT INSERT, SELECT, UPDATE (decided_at), UPDATE (decided_by), UPDATE (decision_reason), UPDATE (state) ON TABLE acquiring.clearing_resolution TO acquiring_app;
GRANT SELECT, UPDATE (late_bookings), UPDATE (looked_at_up_to) ON TABLE acquiring.clearing_watch TO acquiring_app;
GRANT INSERT, SELECT, UPDATE ON TABLE acquiring.command TO acquiring_app;
GRANT DELETE, SELECT (ctid), SELECT (first_seen) ON TABLE acquiring.command TO upkeep_app;
GRANT INSERT, SELECT ON TABLE acquiring.ended_attempt TO acquiring_app;
GRANT INSERT, SELECT, UPDATE (approval_code), UPDATE (decline_code), UPDATE (network_code), UPDATE (state), UPDATE (updated_at) ON TABLE acquiring.increment TO acquiring_app;
GRANT INSERT, SELECT ON TABLE acquiring.message_log TO acquiring_app;
GRANT INSERT, SELECT, UPDATE (found_in) ON TABLE acquiring.missing_clearing TO acquiring_app;
GRANT INSERT (aggregate_id), INSERT (at), INSERT (payload), INSERT (tenant), INSERT (type), SELECT ON TABLE acquiring.outbox TO acquiring_app;
GRANT SELECT ON TABLE acquiring.outbox TO relay;
GRANT DELETE, SELECT (at), SELECT (ctid), SELECT (seq), SELECT (xid) ON TABLE acquiring.outbox TO upkeep_app;
GRANT DELETE, INSERT, SELECT, UPDATE (decline_code), UPDATE (network_code), UPDATE (reference), UPDATE (state), UPDATE (updated_at) ON TABLE acquiring.refund TO acquiring_app;
GRANT INSERT, SELECT ON TABLE acquiring.refused_clearing_file TO acquiring_app;
GRANT USAGE ON SEQUENCE acquiring.stan TO acquiring_app;
GRANT INSERT, SELECT, UPDATE (approved) ON TABLE acquiring.stand_in_day TO acquiring_app;
GRANT INSERT, SELECT ON TABLE acquiring.verdict TO acquiring_app;
GRANT INSERT, SELECT ON TABLE acquiring.verification TO acquiring_app;
