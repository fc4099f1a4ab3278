DO $$
BEGIN
  INSERT INTO event (id, tenant, type, created_at, api_version, livemode, data, endpoints)
  VALUES ('evt_1', 'acct_1', 'customer.created', now(), 'v', false,
    '{"object":{"id":"cus_1","name":"{\"id\":\"cus_2\""}}', 0);
  ASSERT (SELECT substring(data from '^[{]"object":[{]"id":"([0-9A-Za-z_]+)"') = 'cus_1'
    FROM event WHERE id = 'evt_1'),
    'the object is the one that the event is about';
END
$$;
