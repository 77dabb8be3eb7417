-- Channel identity, names, sessions and the journal of status changes.
-- Nothing in this schema refers to a per-environment table, so that it can move to a database of its own.
CREATE SCHEMA IF NOT EXISTS dm;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- One row per account ever observed on a platform. (platform, platform_user_id) is identity; the slug is a label.
CREATE TABLE dm.streamer_channel (
  id                    bigserial PRIMARY KEY,
  external_id           text NOT NULL UNIQUE,
  platform              text NOT NULL,
  platform_user_id      text NOT NULL,
  current_slug          text,
  display_name          text,
  avatar_url            text,
  bio                   text,
  follower_count        integer,
  status                text NOT NULL DEFAULT 'unknown',
  is_live               boolean NOT NULL GENERATED ALWAYS AS (status = 'online') STORED,
  is_banned             boolean NOT NULL DEFAULT false,
  last_seen_online_at   timestamptz(3),
  last_status_change_at timestamptz(3),
  first_seen_at         timestamptz(3) NOT NULL DEFAULT now(),
  last_seen_at          timestamptz(3) NOT NULL DEFAULT now(),
  updated_at            timestamptz(3) NOT NULL DEFAULT now(),
  -- Instants of the newest observation applied to each group of columns: an older one never overwrites it.
  profile_observed_at   timestamptz(3) NOT NULL DEFAULT 'epoch',
  slug_observed_at      timestamptz(3) NOT NULL DEFAULT 'epoch',
  status_observed_at    timestamptz(3) NOT NULL DEFAULT 'epoch',
  CONSTRAINT streamer_channel_platform_user_key UNIQUE (platform, platform_user_id),
  -- NULLs are distinct: a channel that lost its slug has none until it is looked up again.
  CONSTRAINT streamer_channel_platform_slug_key UNIQUE (platform, current_slug),
  CONSTRAINT chk_channel_platform CHECK (platform IN ('kick', 'twitch', 'x')),
  CONSTRAINT chk_channel_user_id CHECK (platform_user_id <> ''),
  CONSTRAINT chk_channel_slug CHECK (current_slug <> '' AND current_slug = lower(current_slug)),
  CONSTRAINT chk_channel_status CHECK (status IN ('online', 'offline', 'unknown')),
  CONSTRAINT chk_channel_external_id CHECK (external_id ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'),
  -- Five minutes of tolerance for a clock that runs ahead.
  CONSTRAINT chk_channel_last_seen_online CHECK (last_seen_online_at <= now() + interval '5 minutes')
);
CREATE INDEX idx_channel_status ON dm.streamer_channel (status, id);
CREATE INDEX idx_channel_last_seen ON dm.streamer_channel (last_seen_at DESC, id DESC);
CREATE INDEX idx_channel_first_seen ON dm.streamer_channel (first_seen_at DESC, id DESC);
CREATE INDEX idx_channel_followers ON dm.streamer_channel ((coalesce(follower_count, -1)) DESC, id DESC);
-- Channels without a slug come last.
CREATE INDEX idx_channel_slug_order ON dm.streamer_channel ((coalesce(current_slug, '~') COLLATE "C"), id);
CREATE INDEX idx_channel_slug_search ON dm.streamer_channel USING gin (current_slug gin_trgm_ops);
CREATE INDEX idx_channel_name_search ON dm.streamer_channel USING gin (display_name gin_trgm_ops);

-- Every slug a channel was seen under, as half-open periods; at most one is open.
CREATE TABLE dm.streamer_channel_slug_history (
  channel_id     bigint NOT NULL REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  slug           text NOT NULL,
  observed_from  timestamptz(3) NOT NULL,
  observed_until timestamptz(3),
  PRIMARY KEY (channel_id, observed_from),
  CONSTRAINT chk_slug_history_slug CHECK (slug <> '' AND slug = lower(slug)),
  CONSTRAINT chk_slug_history_period CHECK (observed_until > observed_from)
);
CREATE INDEX idx_slug_history_slug ON dm.streamer_channel_slug_history (slug, observed_from DESC);
CREATE UNIQUE INDEX uq_slug_history_open ON dm.streamer_channel_slug_history (channel_id) WHERE observed_until IS NULL;

-- One row per broadcast. A late "offline" can only close the session it names.
CREATE TABLE dm.stream_session (
  id                 bigserial PRIMARY KEY,
  channel_id         bigint NOT NULL REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  started_at         timestamptz(3) NOT NULL,
  ended_at           timestamptz(3),
  -- Who said that it ended: an end told by the platform is final, an inferred one is not.
  end_source         text,
  platform_stream_id text,
  title              text,
  category           text,
  language           text,
  created_at         timestamptz(3) NOT NULL DEFAULT now(),
  updated_at         timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT stream_session_channel_started_key UNIQUE (channel_id, started_at),
  CONSTRAINT chk_session_end CHECK (ended_at >= started_at),
  CONSTRAINT chk_session_end_source CHECK ((ended_at IS NULL) = (end_source IS NULL) AND end_source IN ('poll', 'webhook', 'operator'))
);
CREATE UNIQUE INDEX uq_session_open ON dm.stream_session (channel_id) WHERE ended_at IS NULL;

-- The journal: ids are assigned under an advisory lock held to the commit, so that id order is commit order.
CREATE SEQUENCE dm.status_event_id_seq AS bigint;
CREATE TABLE dm.status_event (
  id                  bigint NOT NULL DEFAULT nextval('dm.status_event_id_seq'),
  channel_id          bigint NOT NULL REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  session_started_at  timestamptz(3),
  event_type          text NOT NULL,
  previous_status     text NOT NULL,
  new_status          text NOT NULL,
  source              text NOT NULL,
  platform_event_id   text,
  event_timestamp     timestamptz(3) NOT NULL,
  received_timestamp  timestamptz(3) NOT NULL,
  processed_timestamp timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  event_data          jsonb,
  PRIMARY KEY (id, processed_timestamp),
  CONSTRAINT chk_event_type CHECK (event_type IN ('stream_start', 'stream_end', 'connection_test')),
  CONSTRAINT chk_event_previous_status CHECK (previous_status IN ('online', 'offline', 'unknown')),
  CONSTRAINT chk_event_new_status CHECK (new_status IN ('online', 'offline', 'unknown')),
  CONSTRAINT chk_event_source CHECK (source IN ('poll', 'webhook', 'operator')),
  CONSTRAINT chk_timestamp_order CHECK (received_timestamp >= event_timestamp AND processed_timestamp >= received_timestamp)
) PARTITION BY RANGE (processed_timestamp);
ALTER SEQUENCE dm.status_event_id_seq OWNED BY dm.status_event.id;
CREATE INDEX idx_status_event_channel ON dm.status_event (channel_id, id DESC);
CREATE INDEX idx_status_event_timestamp ON dm.status_event (event_timestamp);
CREATE INDEX idx_status_event_processed ON dm.status_event (processed_timestamp);
-- Catches what no month covers, so that a missing partition never refuses an event.
CREATE TABLE dm.status_event_default PARTITION OF dm.status_event DEFAULT;

-- Makes the partitions of this month and of the `ahead` months after it. Safe to repeat and to run concurrently.
CREATE FUNCTION dm.ensure_status_event_partitions(ahead integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('dm.status_event partitions'));
  FOR step IN 0..ahead LOOP
    month := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + make_interval(months => step);
    IF to_regclass(format('dm.%I', 'status_event_' || to_char(month AT TIME ZONE 'UTC', 'YYYYMM'))) IS NULL
       AND NOT EXISTS (SELECT FROM dm.status_event_default WHERE processed_timestamp >= month
                         AND processed_timestamp < month + interval '1 month') THEN
      EXECUTE format('CREATE TABLE dm.%I PARTITION OF dm.status_event FOR VALUES FROM (%L) TO (%L)',
        'status_event_' || to_char(month AT TIME ZONE 'UTC', 'YYYYMM'), month, month + interval '1 month');
    END IF;
  END LOOP;
END $$;
SELECT dm.ensure_status_event_partitions(2);

-- One row: which journal this is, and how far retention has removed it.
CREATE TABLE dm.status_journal (
  singleton      boolean PRIMARY KEY DEFAULT true,
  epoch          uuid NOT NULL DEFAULT gen_random_uuid(),
  pruned_through bigint NOT NULL DEFAULT 0,
  CONSTRAINT chk_journal_singleton CHECK (singleton)
);
INSERT INTO dm.status_journal DEFAULT VALUES;

-- The poller's queue: due rows are claimed with a lease; lease_token is the fence every write checks.
CREATE TABLE dm.probe_schedule (
  channel_id           bigint PRIMARY KEY REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  active               boolean NOT NULL DEFAULT true,
  next_probe_at        timestamptz(3) NOT NULL DEFAULT now(),
  interval_seconds     integer NOT NULL DEFAULT 60,
  last_probed_at       timestamptz(3),
  -- The last two facts a session's end is inferred from.
  last_live_at         timestamptz(3),
  first_missed_at      timestamptz(3),
  consecutive_failures integer NOT NULL DEFAULT 0,
  lease_token          bigint NOT NULL DEFAULT 0,
  leased_until         timestamptz(3),
  -- When the profile (slug, name, avatar) is to be asked for by id; a channel that lost its slug is due at once.
  profile_due_at       timestamptz(3) NOT NULL DEFAULT now(),
  -- Lookups by id in a row that did not show the channel.
  profile_misses       integer NOT NULL DEFAULT 0,
  CONSTRAINT chk_schedule_interval CHECK (interval_seconds BETWEEN 1 AND 86400),
  CONSTRAINT chk_schedule_failures CHECK (consecutive_failures >= 0)
) WITH (fillfactor = 70);
CREATE INDEX idx_probe_schedule_due ON dm.probe_schedule (next_probe_at) WHERE active;
CREATE INDEX idx_probe_schedule_profile_due ON dm.probe_schedule (profile_due_at);
