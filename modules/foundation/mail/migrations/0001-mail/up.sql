-- Mails on their way, and what became of them.
CREATE TABLE message (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  recipient text NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
  template text NOT NULL,
  locale text NOT NULL CHECK (locale IN ('en', 'zh')),
  state text NOT NULL CHECK (state IN ('queued', 'sent', 'refused', 'expired')),
  -- What it says, sealed under a key that is not here: codes are among it. Gone with the last try.
  sealed bytea,
  attempts integer NOT NULL CHECK (attempts >= 0),
  problem text CHECK (length(problem) <= 500),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- When it is due for a try; while one is under way, when that is given up.
  due_at timestamptz NOT NULL,
  sent_at timestamptz,
  CONSTRAINT wiped_when_done CHECK ((state = 'queued') = (sealed IS NOT NULL)),
  CONSTRAINT sent_has_instant CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX message_due ON message (due_at) WHERE state = 'queued';
CREATE INDEX message_old ON message (created_at);
GRANT SELECT, INSERT, DELETE, UPDATE (state, sealed, attempts, problem, due_at, sent_at)
  ON message TO mail_app;

-- tpmall:command
