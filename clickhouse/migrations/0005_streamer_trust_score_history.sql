-- One row per computed trust score of a channel.
CREATE TABLE IF NOT EXISTS streamer_trust_score_history {{on_cluster}}
(
  env LowCardinality(String) CODEC(ZSTD(1)),
  platform LowCardinality(String) CODEC(ZSTD(1)),
  platform_user_id String CODEC(ZSTD(3)),
  computed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  score Float64 CODEC(Gorilla, ZSTD(1)),
  algorithm LowCardinality(String) COMMENT 'Name and version' CODEC(ZSTD(1)),
  factors_json String DEFAULT '[]' COMMENT 'What the score is made of' CODEC(ZSTD(3))
)
ENGINE = {{engine:MergeTree}}
PARTITION BY toYear(computed_at)
ORDER BY (env, platform, platform_user_id, computed_at)
TTL toDateTime(computed_at) + toIntervalMonth(24)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
