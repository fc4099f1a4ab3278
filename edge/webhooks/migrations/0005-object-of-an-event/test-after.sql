DO $$
BEGIN
  INSERT INTO event (id, tenant, type, created_at, api_version, livemode, data, endpoints)
  VALUES ('evt_1', 'acct_1', 'customer.created', now(), 'v', false,
    '{"object":{"id":"' || repeat('c', 64) || '","name":"{\"id\":\"cus_2\""}}', 0);
  ASSERT (SELECT split_part("left"(data, 100), '"', 6) = repeat('c', 64) FROM event WHERE id = 'evt_1'),
    'the object is the one that the event is about';
END
$$;
