DO $$
BEGIN
  INSERT INTO listener VALUES ('lsn_1', 'acct_1', 'desk', now(), 'evt_1', '{}');
  ASSERT (SELECT owed_from < 'evt_a' FROM listener), 'ids are compared by their bytes';
END
$$;
