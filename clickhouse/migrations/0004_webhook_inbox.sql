-- Every delivery of every platform, verified or not, as it came.
CREATE TABLE IF NOT EXISTS webhook_inbox {{on_cluster}}
(
  env LowCardinality(String) CODEC(ZSTD(1)),
  source LowCardinality(String) COMMENT 'Platform that claims to have sent it' CODEC(ZSTD(1)),
  event_type LowCardinality(String) COMMENT 'As claimed' CODEC(ZSTD(1)),
  message_id String CODEC(ZSTD(1)),
  payload String COMMENT 'The body' CODEC(ZSTD(3)),
  signature String CODEC(ZSTD(1)),
  verified UInt8 COMMENT '1 when the signature is right' CODEC(ZSTD(1)),
  outcome LowCardinality(String) COMMENT 'What was done with it' CODEC(ZSTD(1)),
  sent_at Nullable(DateTime64(3, 'UTC')) COMMENT 'As claimed; null when unreadable' CODEC(Delta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  INDEX by_message_id message_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {{engine:MergeTree}}
PARTITION BY toYYYYMMDD(received_at)
ORDER BY (env, received_at, message_id)
TTL toDateTime(received_at) + toIntervalDay({{webhook_days}})
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1;
