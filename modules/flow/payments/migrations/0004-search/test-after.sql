-- The app role keeps the projection, and a document is found by one of its terms.
SET LOCAL ROLE payments_app;
INSERT INTO search_document VALUES ('pi_1', 'intent', 'acct_1', now(), 5, '{1,2}', '{}');
DO $$ BEGIN
  ASSERT (SELECT count(*) FROM search_document WHERE terms @> '{2}') = 1;
END $$;
