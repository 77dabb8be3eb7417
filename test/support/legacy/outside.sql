-- What else lives in such a database and belongs to others: not one object or row of it may change.

CREATE SCHEMA auth;
CREATE TABLE auth.users (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email         text NOT NULL UNIQUE,
  password_hash text NOT NULL,
  streamer_id   integer REFERENCES public.streamers ON DELETE SET NULL,
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE auth.sessions (
  token      text PRIMARY KEY,
  user_id    uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_row ON auth.users USING (email = current_setting('auth.email', true));

-- A job queue of another version, with work in it.
CREATE SCHEMA pgboss;
CREATE TYPE pgboss.job_state AS ENUM ('created', 'retry', 'active', 'completed', 'cancelled', 'failed');
CREATE TABLE pgboss.version (
  version integer PRIMARY KEY, maintained_on timestamptz, cron_on timestamptz, monitored_on timestamptz
);
CREATE TABLE pgboss.queue (
  name text PRIMARY KEY, policy text, retry_limit integer, retry_delay integer, retry_backoff boolean, expire_seconds integer,
  retention_minutes integer, dead_letter text REFERENCES pgboss.queue (name), partition_name text,
  created_on timestamptz NOT NULL DEFAULT now(), updated_on timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE pgboss.schedule (
  name text PRIMARY KEY REFERENCES pgboss.queue ON DELETE CASCADE, cron text NOT NULL, timezone text, data jsonb, options jsonb,
  created_on timestamptz NOT NULL DEFAULT now(), updated_on timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE pgboss.subscription (
  event text NOT NULL, name text NOT NULL REFERENCES pgboss.queue ON DELETE CASCADE,
  created_on timestamptz NOT NULL DEFAULT now(), updated_on timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (event, name)
);
CREATE TABLE pgboss.job (
  id uuid NOT NULL DEFAULT gen_random_uuid(), name text NOT NULL, priority integer NOT NULL DEFAULT 0, data jsonb,
  state pgboss.job_state NOT NULL DEFAULT 'created', retry_limit integer NOT NULL DEFAULT 2, retry_count integer NOT NULL DEFAULT 0,
  start_after timestamptz NOT NULL DEFAULT now(), started_on timestamptz, singleton_key text, singleton_on timestamp,
  expire_in interval NOT NULL DEFAULT interval '15 minutes', created_on timestamptz NOT NULL DEFAULT now(), completed_on timestamptz,
  keep_until timestamptz NOT NULL DEFAULT now() + interval '14 days', output jsonb, policy text
) PARTITION BY LIST (name);
ALTER TABLE pgboss.job ADD PRIMARY KEY (name, id);
CREATE TABLE pgboss.j_emails PARTITION OF pgboss.job FOR VALUES IN ('emails');
CREATE TABLE pgboss.j_payouts PARTITION OF pgboss.job FOR VALUES IN ('payouts');
CREATE TABLE pgboss.archive (LIKE pgboss.job);
CREATE INDEX job_i1 ON pgboss.job (name, start_after) WHERE state < 'active';
INSERT INTO pgboss.version VALUES (24, now(), now(), now());
INSERT INTO pgboss.queue (name, policy, retry_limit, partition_name) VALUES ('emails', 'standard', 2, 'j_emails'), ('payouts', 'singleton', 5, 'j_payouts');
INSERT INTO pgboss.schedule (name, cron, data) VALUES ('payouts', '0 3 * * *', '{"dry": false}');
INSERT INTO pgboss.subscription (event, name) VALUES ('streamer.created', 'emails');
INSERT INTO pgboss.job (name, data, state, started_on)
  SELECT (ARRAY['emails', 'payouts'])[1 + n % 2], jsonb_build_object('n', n), (ARRAY['created', 'retry', 'active'])[1 + n % 3]::pgboss.job_state,
    CASE WHEN n % 3 = 2 THEN now() END
  FROM generate_series(1, 40) n;

-- Other things of the environment, one of each kind.
CREATE TYPE public.payout_state AS ENUM ('open', 'paid');
CREATE SEQUENCE public.invoice_number START 5000;
CREATE TABLE public.payouts (
  id bigint PRIMARY KEY DEFAULT nextval('public.invoice_number'), deal_id integer NOT NULL REFERENCES public.deals ON DELETE CASCADE,
  state public.payout_state NOT NULL DEFAULT 'open', changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION public.touch_payout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed_at := now(); RETURN NEW; END $$;
CREATE TRIGGER touch_payout BEFORE UPDATE ON public.payouts FOR EACH ROW EXECUTE FUNCTION public.touch_payout();
CREATE VIEW public.streamers_with_deals AS
  SELECT s.id, s.name, count(d.id) AS deals FROM public.streamers s LEFT JOIN public.deals d ON d.streamer_id = s.id GROUP BY s.id;
CREATE MATERIALIZED VIEW public.deal_totals AS SELECT campaign_id, sum(amount_cents) AS amount_cents FROM public.deals GROUP BY 1;
COMMENT ON TABLE public.payouts IS 'What is owed for deals';
