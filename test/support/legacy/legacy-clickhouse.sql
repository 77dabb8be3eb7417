-- A count of 0 without a start means that the channel was not live; 0 followers mean that nobody told.
CREATE TABLE kick_streamer_probe (
  env LowCardinality(String), platform LowCardinality(String), platform_user_id String, ts DateTime,
  stream_started_at Nullable(DateTime), viewer_count UInt32, follower_count UInt32, slug String DEFAULT ''
) ENGINE = MergeTree PARTITION BY toYYYYMM(ts) ORDER BY (env, platform, platform_user_id, ts) TTL ts + INTERVAL 12 MONTH;

CREATE TABLE streamer_trust_score_history (
  env LowCardinality(String), platform LowCardinality(String), platform_user_id String, computed_at DateTime, score Float32, factors String
) ENGINE = MergeTree ORDER BY (env, platform, platform_user_id, computed_at) TTL computed_at + INTERVAL 24 MONTH;

-- Of another program.
CREATE TABLE sumsub_webhooks (id String, payload String, received_at DateTime) ENGINE = MergeTree ORDER BY received_at;
