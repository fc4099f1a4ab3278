DO $$ BEGIN
  ASSERT to_regclass('identity.session_ended') IS NOT NULL, 'ended sessions have no index';
END $$;
