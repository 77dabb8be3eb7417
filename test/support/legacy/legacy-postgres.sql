-- The tables of a system from before, as they run there: every user of a platform by its own id as text, and what is known of it in many places.
-- A database of an environment holds all of it, what is observed beside what is the environment's own.

CREATE SCHEMA scrape;
CREATE SCHEMA webhooks;

-- Of the environment: these stay as they are, whatever becomes of the rest.
CREATE TABLE public.streamers (
  id         serial PRIMARY KEY,
  name       text NOT NULL,
  email      text UNIQUE,
  kyc_status text NOT NULL DEFAULT 'none',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.campaigns (id serial PRIMARY KEY, title text NOT NULL);
CREATE TABLE public.deals (
  id serial PRIMARY KEY,
  campaign_id integer NOT NULL REFERENCES public.campaigns ON DELETE CASCADE,
  streamer_id integer NOT NULL REFERENCES public.streamers ON DELETE CASCADE,
  amount_cents integer NOT NULL
);
CREATE TABLE public.streamer_videos (
  id serial PRIMARY KEY,
  streamer_id integer NOT NULL REFERENCES public.streamers ON DELETE CASCADE,
  url text NOT NULL
);

-- A claim and the last profile that was read, in one row. `kick_user_id` is the user of any platform.
CREATE TABLE public.streamer_channels (
  id                    serial PRIMARY KEY,
  streamer_id           integer REFERENCES public.streamers ON DELETE CASCADE,
  platform              text NOT NULL DEFAULT 'kick',
  channel_name          text,
  kick_user_id          text,
  kick_display_name     text,
  kick_avatar_url       text,
  kick_bio              text,
  kick_follower_count   integer,
  kick_subscriber_count integer,
  kick_is_live          boolean,
  verified              boolean NOT NULL DEFAULT false,
  created_at            timestamptz NOT NULL DEFAULT now(),
  kick_synced_at        timestamptz
);
CREATE INDEX ON public.streamer_channels (kick_user_id);
CREATE INDEX ON public.streamer_channels (channel_name);

CREATE TABLE public.kick_stream_sessions (
  id                bigserial PRIMARY KEY,
  kick_user_id      text NOT NULL,
  channel_name      text,
  stream_started_at timestamptz NOT NULL,
  stream_ended_at   timestamptz,
  title             text,
  category          text,
  peak_viewers      integer,
  avg_viewers       numeric(12,2),
  last_probe_at     timestamptz,
  UNIQUE (kick_user_id, stream_started_at)
);

-- What ClickHouse has too, for the most part.
CREATE TABLE public.kick_streamer_probe (
  id                bigserial PRIMARY KEY,
  platform          text NOT NULL DEFAULT 'kick',
  platform_user_id  text NOT NULL,
  stream_started_at timestamptz,
  viewer_count      integer,
  follower_count    integer,
  recorded_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON public.kick_streamer_probe (platform_user_id, recorded_at);
CREATE INDEX ON public.kick_streamer_probe (platform_user_id, stream_started_at);

CREATE TABLE public.kick_streamer_probe_schedule (
  kick_user_id     text PRIMARY KEY,
  next_probe_at    timestamptz NOT NULL DEFAULT now(),
  last_probed_at   timestamptz,
  interval_seconds integer NOT NULL DEFAULT 60
);

-- `kick_user_id` is whose chat it is, `channel_slug` what the channel was called then.
CREATE TABLE public.kick_chat_messages (
  id              bigserial PRIMARY KEY,
  message_id      text NOT NULL UNIQUE,
  kick_user_id    text NOT NULL,
  channel_slug    text NOT NULL,
  sender_user_id  text NOT NULL,
  sender_username text,
  content         text NOT NULL,
  emotes          jsonb,
  badges          jsonb,
  created_at      timestamptz NOT NULL,
  exported        boolean NOT NULL DEFAULT false
);
CREATE INDEX ON public.kick_chat_messages (kick_user_id, created_at);

CREATE TABLE public.kick_chat_s3_archive_log (
  id            bigserial PRIMARY KEY,
  rows_exported bigint NOT NULL,
  files_written integer NOT NULL,
  success       boolean NOT NULL,
  error         text,
  created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.kick_event_subscriptions (
  id              bigserial PRIMARY KEY,
  kick_user_id    text NOT NULL,
  event_type      text NOT NULL,
  subscription_id text UNIQUE,
  created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.streamer_trust_scores (
  platform         text NOT NULL,
  platform_user_id text NOT NULL,
  score            numeric(5,2) NOT NULL,
  factors          jsonb NOT NULL DEFAULT '{}',
  computed_at      timestamptz NOT NULL,
  PRIMARY KEY (platform, platform_user_id)
);
CREATE TABLE public.streamer_trust_score_history (
  id               bigserial PRIMARY KEY,
  platform         text NOT NULL,
  platform_user_id text NOT NULL,
  score            numeric(5,2) NOT NULL,
  factors          jsonb NOT NULL DEFAULT '{}',
  computed_at      timestamptz NOT NULL
);

CREATE TABLE scrape.kick_raw (
  id           bigserial PRIMARY KEY,
  kick_user_id text,
  url          text NOT NULL,
  status       integer,
  body         text,
  fetched_at   timestamptz NOT NULL DEFAULT now()
);

-- What came already, what came at all, and the only record of follows. Of Kick, and of a service that checks identities.
CREATE TABLE webhooks.incoming (
  id              bigserial PRIMARY KEY,
  source          text NOT NULL,
  event_type      text,
  message_id      text UNIQUE,
  subscription_id text,
  payload         text,
  signature       text,
  verified        boolean NOT NULL DEFAULT false,
  processed       boolean NOT NULL DEFAULT false,
  error           text,
  received_at     timestamptz NOT NULL DEFAULT now()
);

-- Its first statement takes history that other environments still need.
CREATE FUNCTION public.delete_streamer_cascade(p_streamer_id integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM public.streamer_trust_score_history h
   USING public.streamer_channels c
   WHERE c.streamer_id = p_streamer_id AND h.platform = c.platform AND h.platform_user_id = c.kick_user_id;
  DELETE FROM public.deals WHERE streamer_id = p_streamer_id;
  DELETE FROM public.streamers WHERE id = p_streamer_id;
END $$;
