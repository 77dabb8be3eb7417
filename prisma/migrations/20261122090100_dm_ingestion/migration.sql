-- Bookkeeping of what comes in: raw calls, webhook idempotency, projections, event subscriptions, chat export.

-- Audit of every call to a platform; bounded by the poller.
CREATE TABLE dm.scrape_log (
  id           bigserial PRIMARY KEY,
  channel_id   bigint REFERENCES dm.streamer_channel (id) ON DELETE SET NULL,
  platform     text NOT NULL,
  endpoint     text NOT NULL,
  requested_at timestamptz(3) NOT NULL,
  duration_ms  integer NOT NULL,
  status       integer,
  items        integer NOT NULL DEFAULT 0,
  error        text
);
CREATE INDEX idx_scrape_log_requested ON dm.scrape_log (requested_at);
CREATE INDEX idx_scrape_log_channel ON dm.scrape_log (channel_id) WHERE channel_id IS NOT NULL;

-- Idempotency of deliveries: the row commits together with the projection of its message.
CREATE TABLE dm.webhook_message_ids (
  source      text NOT NULL,
  message_id  text NOT NULL,
  received_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (source, message_id)
);
CREATE INDEX idx_webhook_message_ids_received ON dm.webhook_message_ids (received_at);

-- Projection of channel.followed, written in the transaction of its message id.
CREATE TABLE dm.kick_follow_event (
  id                        bigserial PRIMARY KEY,
  channel_id                bigint NOT NULL REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  follower_platform_user_id text,
  occurred_at               timestamptz(3) NOT NULL
);
CREATE INDEX idx_kick_follow_event_channel ON dm.kick_follow_event (channel_id, occurred_at);

-- What the platform has promised to deliver, one row per channel and event type.
CREATE TABLE dm.event_subscription (
  id                       bigserial PRIMARY KEY,
  channel_id               bigint NOT NULL REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  event                    text NOT NULL,
  version                  integer NOT NULL DEFAULT 1,
  platform_subscription_id text UNIQUE,
  status                   text NOT NULL DEFAULT 'pending',
  last_event_at            timestamptz(3),
  created_at               timestamptz(3) NOT NULL DEFAULT now(),
  updated_at               timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT event_subscription_channel_event_key UNIQUE (channel_id, event)
);

-- Ledger of chat archives. A window row is committed before its upload.
CREATE TABLE dm.chat_archive_log (
  id            bigserial PRIMARY KEY,
  env           text NOT NULL,
  window_from   timestamptz(3) NOT NULL,
  window_to     timestamptz(3) NOT NULL,
  rows_exported bigint NOT NULL DEFAULT 0,
  files_written integer NOT NULL DEFAULT 0,
  success       boolean NOT NULL DEFAULT false,
  manifest      jsonb,
  error         text,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT chat_archive_log_window_key UNIQUE (env, window_from),
  CONSTRAINT chk_archive_window CHECK (window_to > window_from)
);

-- How far chat has been exported, in arrival time; moved by compare-and-set together with the ledger.
CREATE TABLE dm.chat_export_watermark (
  env              text PRIMARY KEY,
  last_exported_at timestamptz(3) NOT NULL DEFAULT '1970-01-01 00:00:00+00'
);
