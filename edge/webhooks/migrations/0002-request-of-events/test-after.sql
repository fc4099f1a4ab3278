DO $$
BEGIN
  INSERT INTO event (id, tenant, type, created_at, api_version, livemode, data, endpoints)
  VALUES ('evt_1', 'acct_1', 'customer.created', now(), 'v', false, '{}', 0);
  ASSERT (SELECT request IS NULL FROM event WHERE id = 'evt_1'), 'an event of nobody names no request';
END
$$;
