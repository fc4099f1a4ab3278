-- How far this module has read the outboxes of others; moves in the transaction of the effect.
CREATE TABLE cursor (
  cursor text PRIMARY KEY,
  from_module text NOT NULL,
  xid xid8 NOT NULL,
  seq bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON cursor TO {app};
