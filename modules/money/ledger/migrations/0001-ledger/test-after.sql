DO $$
DECLARE
  fenced boolean := false;
BEGIN
  ASSERT NOT has_table_privilege('ledger_app', 'ledger.log', 'UPDATE, DELETE, TRUNCATE'),
    'the log is append-only';
  ASSERT NOT has_table_privilege('ledger_app', 'ledger.account', 'UPDATE, DELETE, TRUNCATE'),
    'accounts are append-only';
  ASSERT NOT has_table_privilege('ledger_app', 'ledger.history', 'UPDATE, DELETE, TRUNCATE'),
    'history is append-only';
  PERFORM ledger.advance(0, 0, 3);
  ASSERT (SELECT position FROM ledger.writer) = 3, 'advance moves the end of the log';
  BEGIN
    PERFORM ledger.advance(7, 3, 4);
  EXCEPTION WHEN SQLSTATE 'TPL01' THEN fenced := true;
  END;
  ASSERT fenced, 'another epoch cannot advance';
  fenced := false;
  BEGIN
    PERFORM ledger.advance(0, 0, 4);
  EXCEPTION WHEN SQLSTATE 'TPL02' THEN fenced := true;
  END;
  ASSERT fenced, 'a batch that does not follow cannot advance';
  PERFORM ledger.summarise();
END $$;
