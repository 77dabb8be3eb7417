-- The per-environment side: who claims which channel, current scores, configuration.

CREATE TABLE public.streamers (
  id         serial PRIMARY KEY,
  name       text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT chk_streamer_name CHECK (btrim(name) <> '')
);

-- A claim. channel_id is a soft reference to dm.streamer_channel.id.
CREATE TABLE public.streamer_channel_link (
  streamer_id integer NOT NULL REFERENCES public.streamers (id) ON DELETE CASCADE,
  channel_id  bigint NOT NULL,
  verified    boolean NOT NULL DEFAULT false,
  claimed_at  timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (streamer_id, channel_id)
);
CREATE INDEX idx_channel_link_channel ON public.streamer_channel_link (channel_id);
-- Any number of claims, at most one of them verified.
CREATE UNIQUE INDEX uq_verified_channel ON public.streamer_channel_link (channel_id) WHERE verified;

-- The current score of a channel; its history is in ClickHouse only. channel_id is soft.
CREATE TABLE public.streamer_trust_scores (
  channel_id  bigint PRIMARY KEY,
  score       double precision NOT NULL,
  algorithm   text NOT NULL,
  factors     jsonb NOT NULL DEFAULT '[]',
  computed_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX idx_trust_scores_score ON public.streamer_trust_scores (score DESC, channel_id DESC);

CREATE TABLE public.configuration (
  key          text PRIMARY KEY,
  value        text NOT NULL,
  description  text,
  category     text NOT NULL,
  is_encrypted boolean NOT NULL DEFAULT false,
  version      integer NOT NULL DEFAULT 1,
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_by   text NOT NULL,
  CONSTRAINT chk_configuration_key CHECK (key ~ '^[a-z][a-z0-9]*([._][a-z0-9]+)*$' AND length(key) <= 120),
  CONSTRAINT chk_configuration_category CHECK (category IN ('auth', 'database', 'monitoring', 'system')),
  CONSTRAINT chk_configuration_sensitive CHECK (is_encrypted OR key !~* '(secret|password|token)'),
  CONSTRAINT chk_configuration_version CHECK (version > 0)
);
CREATE INDEX idx_configuration_category ON public.configuration (category);
