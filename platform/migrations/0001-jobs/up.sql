-- Runs as jobs_owner, after graphile-worker has made its own schema as the same role.

-- The worker's role does the work and owns nothing. Its tables have row-level security on, so besides the
-- privileges it needs a policy on each.
GRANT USAGE ON SCHEMA graphile_worker TO jobs_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO jobs_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA graphile_worker TO jobs_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO jobs_app;
REVOKE INSERT, UPDATE, DELETE ON graphile_worker.migrations FROM jobs_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA graphile_worker FROM PUBLIC;
DO $$
DECLARE
  one text;
BEGIN
  FOR one IN
    SELECT relname FROM pg_class
    WHERE relnamespace = 'graphile_worker'::regnamespace AND relkind = 'r' AND relrowsecurity
  LOOP
    EXECUTE format(
      'CREATE POLICY worker ON graphile_worker.%I TO jobs_app USING (true) WITH CHECK (true)', one);
  END LOOP;
END
$$;

-- The only way in for modules: inside their business transaction, and only for jobs of their own. The
-- session's user cannot be changed from within a session, so the stamp is true.
CREATE FUNCTION enqueue_job(name text, payload jsonb, run_at timestamptz DEFAULT NULL, key text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  module text := substring(session_user FROM '^([a-z][a-z0-9_]*)_app$');
BEGIN
  IF module IS NULL THEN
    RAISE insufficient_privilege
      USING MESSAGE = format('%s is no module: only modules enqueue jobs', session_user);
  END IF;
  IF name !~ '^[a-z][a-z0-9_-]{0,62}$' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('%L is not the name of a job', name);
  END IF;
  PERFORM graphile_worker.add_job(
    identifier => module || '.' || name,
    payload => payload::json,
    run_at => run_at,
    job_key => module || ':' || key
  );
END
$$;
REVOKE ALL ON FUNCTION enqueue_job(text, jsonb, timestamptz, text) FROM PUBLIC;
