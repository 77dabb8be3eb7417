-- Least privilege for a Postgres of your own. Run it as a superuser in each database: before the first `npm run migrate`, and
-- again after every one. It can be repeated. The roles can not log in; grant them to logins that can:
--
--   channelscope_migrator  owns the tables and changes them     DATABASE_URL of `npm run migrate`
--   channelscope_rw        reads and writes rows, changes none  DATABASE_URL of `npm start`
--   channelscope_ro        reads, without keys, tickets, settings, audit people and tools that only look
--
--   CREATE ROLE migrator LOGIN PASSWORD '...' IN ROLE channelscope_migrator; ALTER ROLE migrator SET role = channelscope_migrator;
--   CREATE ROLE app LOGIN PASSWORD '...' IN ROLE channelscope_rw;

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['channelscope_migrator', 'channelscope_rw', 'channelscope_ro'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
    END IF;
  END LOOP;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO channelscope_migrator, channelscope_rw, channelscope_ro', current_database());
  EXECUTE format('GRANT CREATE ON DATABASE %I TO channelscope_migrator', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO channelscope_migrator;
CREATE SCHEMA IF NOT EXISTS dm AUTHORIZATION channelscope_migrator;
-- The queues of jobs make their tables there by themselves, at the first start.
CREATE SCHEMA IF NOT EXISTS dm_jobs AUTHORIZATION channelscope_rw;
CREATE SCHEMA IF NOT EXISTS public_jobs AUTHORIZATION channelscope_rw;

-- They were in `pgboss` before, a name that other programs use as well: dropped where all its queues are ours.
DO $$
DECLARE
  is_ours boolean := false;
BEGIN
  IF to_regclass('dm.streamer_channel') IS NULL OR to_regclass('pgboss.queue') IS NULL THEN RETURN; END IF;
  EXECUTE $ours$
    SELECT count(*) > 0 AND bool_and(name LIKE '\_\_pgboss\_\_%' OR name = ANY (ARRAY['chat-export', 'trust-scores',
      'event-subscriptions', 'session-closing', 'session-aggregates', 'status-event-retention', 'webhook-id-retention',
      'history-retention', 'scrape-log-retention'])) FROM pgboss.queue$ours$ INTO is_ours;
  IF is_ours THEN
    DROP SCHEMA pgboss CASCADE;
    COMMENT ON SCHEMA dm_jobs IS 'Took the place of pgboss.';
  END IF;
END $$;

GRANT USAGE ON SCHEMA dm, public TO channelscope_rw, channelscope_ro;
ALTER DEFAULT PRIVILEGES FOR ROLE channelscope_migrator REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE channelscope_migrator IN SCHEMA dm, public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO channelscope_rw;
ALTER DEFAULT PRIVILEGES FOR ROLE channelscope_migrator IN SCHEMA dm, public GRANT USAGE ON SEQUENCES TO channelscope_rw;
ALTER DEFAULT PRIVILEGES FOR ROLE channelscope_migrator IN SCHEMA dm, public GRANT EXECUTE ON FUNCTIONS TO channelscope_rw;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA dm, public TO channelscope_rw;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA dm, public TO channelscope_rw;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA dm TO channelscope_rw;
GRANT SELECT ON ALL TABLES IN SCHEMA dm, public TO channelscope_ro;

DO $$
DECLARE
  kept text;
BEGIN
  -- What was recorded stays as it was recorded.
  FOREACH kept IN ARRAY ARRAY['dm.audit_log', 'public.audit_log', 'dm._prisma_migrations', 'public._prisma_migrations'] LOOP
    IF to_regclass(kept) IS NOT NULL THEN
      EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM channelscope_rw', kept);
    END IF;
  END LOOP;
  FOREACH kept IN ARRAY ARRAY['dm._prisma_migrations', 'public._prisma_migrations'] LOOP
    IF to_regclass(kept) IS NOT NULL THEN
      EXECUTE format('REVOKE INSERT ON %s FROM channelscope_rw', kept);
    END IF;
  END LOOP;
  FOREACH kept IN ARRAY ARRAY['dm.audit_log', 'public.audit_log', 'public.api_keys', 'public.configuration', 'public.link_tickets', 'public.alert_target'] LOOP
    IF to_regclass(kept) IS NOT NULL THEN
      EXECUTE format('REVOKE ALL ON %s FROM channelscope_ro', kept);
    END IF;
  END LOOP;
  -- The months of the journal are tables: these two functions, and nothing else, make and drop them for the service.
  IF to_regprocedure('dm.ensure_status_event_partitions(integer)') IS NOT NULL THEN
    ALTER FUNCTION dm.ensure_status_event_partitions(integer) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
  END IF;
  IF to_regprocedure('dm.drop_oldest_status_events(integer)') IS NOT NULL THEN
    ALTER FUNCTION dm.drop_oldest_status_events(integer) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
  END IF;
  -- The audit log changes by these two functions alone: they take the names of an erased channel out of it.
  IF to_regprocedure('dm.redact_audit_of(text)') IS NOT NULL THEN
    ALTER FUNCTION dm.redact_audit_of(text) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
  END IF;
  IF to_regprocedure('public.redact_audit_of(text)') IS NOT NULL THEN
    ALTER FUNCTION public.redact_audit_of(text) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
    REVOKE EXECUTE ON FUNCTION public.redact_audit_of(text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION public.redact_audit_of(text) TO channelscope_rw;
  END IF;
END $$;

ALTER ROLE channelscope_ro SET default_transaction_read_only = on;
ALTER ROLE channelscope_ro SET statement_timeout = '30s';
