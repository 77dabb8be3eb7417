-- What a tier keeps for the environments that read it: who they are, what they must remove, the scores, and its own queue of jobs.
CREATE TABLE dm.environment (
  name       text CONSTRAINT environment_pkey PRIMARY KEY,
  told_at    timestamptz(3) NOT NULL DEFAULT now(),
  work_until timestamptz(3)
);
COMMENT ON TABLE dm.environment IS 'The environments that read this tier. Written by their nodes, each minute.';
COMMENT ON COLUMN dm.environment.name IS 'The name of the environment.';
COMMENT ON COLUMN dm.environment.told_at IS 'When a node of it last said that it is there.';
COMMENT ON COLUMN dm.environment.work_until IS 'Until when its nodes do the work of the tier: they poll, run its jobs and erase. Null where they never did. One environment does at a time.';

CREATE TABLE dm.deleted_channel (
  channel_id bigint CONSTRAINT deleted_channel_pkey PRIMARY KEY,
  deleted_at timestamptz(3) NOT NULL DEFAULT now(),
  cleaned_in text[] NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE dm.deleted_channel IS 'Channels that were deleted, so that every environment removes what it has of them. Written by the deletion and by each environment.';
COMMENT ON COLUMN dm.deleted_channel.channel_id IS 'The id that the channel had; no other channel gets it.';
COMMENT ON COLUMN dm.deleted_channel.deleted_at IS 'When it was deleted.';
COMMENT ON COLUMN dm.deleted_channel.cleaned_in IS 'The environments that have nothing of it.';

INSERT INTO dm.deleted_channel (channel_id, deleted_at)
SELECT substring(target FROM '^channel:(\d{1,18})$')::bigint, max(recorded_at) FROM dm.audit_log
WHERE action = 'channel.delete' AND target ~ '^channel:\d{1,18}$' GROUP BY 1;

CREATE TABLE dm.channel_trust_score (
  channel_id  bigint CONSTRAINT channel_trust_score_pkey PRIMARY KEY
    CONSTRAINT channel_trust_score_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  score       double precision NOT NULL,
  algorithm   text NOT NULL,
  factors     jsonb NOT NULL DEFAULT '[]',
  computed_at timestamptz(3) NOT NULL DEFAULT now()
);
COMMENT ON TABLE dm.channel_trust_score IS 'The trust score of each channel as the tier computed it. Each environment copies it into a leaderboard of its own.';
COMMENT ON COLUMN dm.channel_trust_score.channel_id IS 'The channel.';
COMMENT ON COLUMN dm.channel_trust_score.score IS 'From 0 to 100, in hundredths.';
COMMENT ON COLUMN dm.channel_trust_score.algorithm IS 'Name and version of what computed it.';
COMMENT ON COLUMN dm.channel_trust_score.factors IS 'What the score is made of: an array of objects with name, value, weight, contribution and explanation.';
COMMENT ON COLUMN dm.channel_trust_score.computed_at IS 'When the run that computed it began.';

-- The queue of jobs makes its tables there by itself, at the first start.
CREATE SCHEMA IF NOT EXISTS dm_jobs;

-- The queue was in `pgboss`, a name that other programs use as well: it is dropped where it is empty, or where all its queues are ours.
-- Whoever does not own it can not tell, and leaves it.
DO $$
DECLARE
  is_ours boolean := false;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'pgboss' AND pg_has_role(nspowner, 'USAGE')) THEN RETURN; END IF;
  IF to_regclass('pgboss.queue') IS NOT NULL AND has_table_privilege('pgboss.queue', 'SELECT') THEN
    EXECUTE $ours$
      SELECT count(*) > 0 AND bool_and(name LIKE '\_\_pgboss\_\_%' OR name = ANY (ARRAY['chat-export', 'trust-scores',
        'event-subscriptions', 'session-closing', 'session-aggregates', 'status-event-retention', 'webhook-id-retention',
        'history-retention', 'scrape-log-retention'])) FROM pgboss.queue$ours$ INTO is_ours;
  END IF;
  IF is_ours THEN
    DROP SCHEMA pgboss CASCADE;
    -- The first start that finds this makes up for the runs that waited there.
    COMMENT ON SCHEMA dm_jobs IS 'Took the place of pgboss.';
  ELSIF NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'pgboss'::regnamespace)
    AND NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'pgboss'::regnamespace)
    AND NOT EXISTS (SELECT FROM pg_type WHERE typnamespace = 'pgboss'::regnamespace) THEN
    DROP SCHEMA pgboss;
  END IF;
END $$;
