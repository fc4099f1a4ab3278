-- Clearing files as they were imported, whole. Append-only.
CREATE TABLE clearing_file (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  connector text NOT NULL,
  name text NOT NULL,
  -- SHA-256 of its text.
  content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
  records int NOT NULL CHECK (records >= 0),
  imported_at timestamptz NOT NULL,
  UNIQUE (connector, name),
  UNIQUE (connector, content_hash)
);

-- Files of a folder that could not be imported, and why: looked at again only when their text is another one.
CREATE TABLE refused_clearing_file (
  connector text NOT NULL,
  name text NOT NULL,
  content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
  reason text NOT NULL,
  refused_at timestamptz NOT NULL,
  PRIMARY KEY (connector, name, content_hash)
);

-- What the acquirer says it has cleared. A record is matched to one capture or refund of ours, or it is an
-- exception with its kind.
CREATE TABLE clearing_record (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  file text NOT NULL REFERENCES clearing_file (id),
  connector text NOT NULL,
  line int NOT NULL CHECK (line >= 2),
  type text NOT NULL CHECK (type IN ('capture', 'refund', 'refund_return')),
  reference text NOT NULL,
  approval_code text NOT NULL,
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  fee numeric(39,0) NOT NULL CHECK (fee >= 0),
  currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  booked_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  -- The advice of the capture, or the refund.
  subject text,
  tenant text,
  exception text CHECK (exception IN
    ('unknown_reference', 'currency_mismatch', 'amount_mismatch', 'duplicate_record', 'not_booked')),
  UNIQUE (file, line),
  -- A capture is cleared once, and a refund once each way.
  UNIQUE (subject, type),
  CHECK ((subject IS NULL) = (exception IS NOT NULL)),
  CHECK ((subject IS NULL) = (tenant IS NULL))
);
CREATE INDEX clearing_exception ON clearing_record (created_at, id) WHERE exception IS NOT NULL;

-- Captures and refunds that no clearing file holds although they are long due.
CREATE TABLE missing_clearing (
  subject text NOT NULL,
  type text NOT NULL CHECK (type IN ('capture', 'refund')),
  connector text NOT NULL,
  tenant text NOT NULL,
  reference text NOT NULL,
  amount numeric(39,0) NOT NULL CHECK (amount > 0),
  currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  booked_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  -- The record of a later file that holds it after all.
  found_in text REFERENCES clearing_record (id),
  PRIMARY KEY (subject, type)
);
CREATE INDEX missing_clearing_open ON missing_clearing (created_at, subject) WHERE found_in IS NULL;

-- How far captures and refunds have been looked through for missing ones: their ids rise with time.
CREATE TABLE clearing_watch (
  type text PRIMARY KEY CHECK (type IN ('capture', 'refund')),
  looked_at_up_to text NOT NULL
);
INSERT INTO clearing_watch VALUES ('capture', ''), ('refund', '');

CREATE INDEX authorisation_reference ON authorisation (reference) WHERE reference IS NOT NULL;
CREATE INDEX advice_capture ON advice (authorisation_id) WHERE kind = 'capture';
CREATE INDEX refund_authorisation ON refund (authorisation_id);

GRANT SELECT, INSERT ON clearing_file, refused_clearing_file, clearing_record, missing_clearing
  TO acquiring_app;
GRANT UPDATE (subject, tenant, exception) ON clearing_record TO acquiring_app;
GRANT UPDATE (found_in) ON missing_clearing TO acquiring_app;
GRANT SELECT ON clearing_watch TO acquiring_app;
GRANT UPDATE (looked_at_up_to) ON clearing_watch TO acquiring_app;
