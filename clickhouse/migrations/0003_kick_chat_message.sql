-- One row per chat message. channel_slug is denormalised on purpose: it is the slug at the time.
CREATE TABLE IF NOT EXISTS kick_chat_message {{on_cluster}}
(
  env LowCardinality(String) NOT NULL CODEC(ZSTD(1)),
  channel_id UInt64 NOT NULL COMMENT 'dm.streamer_channel.id' CODEC(T64, ZSTD(1)),
  channel_slug LowCardinality(String) NOT NULL COMMENT 'Slug of the channel at the time' CODEC(ZSTD(1)),
  message_id String NOT NULL CODEC(ZSTD(1)),
  platform_user_id String NOT NULL COMMENT 'The chatter, not the streamer' CODEC(ZSTD(1)),
  username LowCardinality(String) CODEC(ZSTD(1)),
  content String CODEC(ZSTD(3)),
  emotes_json String DEFAULT '[]' CODEC(ZSTD(3)),
  badges_json String DEFAULT '[]' CODEC(ZSTD(3)),
  created_at DateTime('UTC') NOT NULL COMMENT 'When it was sent' CODEC(DoubleDelta, ZSTD(1)),
  inserted_at DateTime('UTC') DEFAULT now() COMMENT 'When it arrived here; left to the table by every writer' CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = {{engine:MergeTree}}
PARTITION BY (env, toYYYYMMDD(created_at))
ORDER BY (env, channel_id, created_at)
TTL created_at + toIntervalDay({{chat_days}})
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1;
