-- One row per successful probe of a channel, live or not, on every platform.
CREATE TABLE IF NOT EXISTS kick_streamer_probe {{on_cluster}}
(
  env LowCardinality(String) COMMENT 'Deployment that observed' CODEC(ZSTD(3)),
  platform LowCardinality(String) COMMENT 'kick, twitch or x' CODEC(ZSTD(3)),
  platform_user_id String COMMENT 'Channel as the platform knows it' CODEC(ZSTD(3)),
  ts DateTime64(3, 'UTC') COMMENT 'Instant of the observation; written in whole seconds' CODEC(DoubleDelta, ZSTD(3)),
  is_live Bool COMMENT 'Whether the channel was broadcasting' CODEC(ZSTD(1)),
  stream_started_at DateTime('UTC') COMMENT 'Start of the broadcast; epoch 0 when not live' CODEC(Delta, ZSTD(1)),
  viewer_count Nullable(UInt32) COMMENT 'Null when not live or hidden' CODEC(T64('bit'), ZSTD(1)),
  follower_count Nullable(UInt32) COMMENT 'Null when the platform did not tell' CODEC(Delta, ZSTD(1)),
  elapsed_seconds UInt32 COMMENT 'Since the previous probe of the channel; 0 for its first' CODEC(T64, ZSTD(1)),
  interval_seconds UInt16 COMMENT 'Planned between the previous probe and this one' CODEC(ZSTD(1)),
  -- Nearly always 0, where the sample itself would repeat the elapsed time and cost as much.
  unsampled_seconds Int32 MATERIALIZED if(viewer_count IS NULL, 0, toInt32(elapsed_seconds) - greatest(1, least(
      if(elapsed_seconds = 0, interval_seconds, least(elapsed_seconds, intDiv(interval_seconds * 5, 2))),
      toInt64(toUnixTimestamp(ts)) - toUnixTimestamp(stream_started_at))))
    COMMENT 'Elapsed time that the viewer count does not stand for' CODEC(ZSTD(1)),
  sample_seconds UInt32 ALIAS if(viewer_count IS NULL, 0, elapsed_seconds - unsampled_seconds)
    COMMENT 'Time before ts that the viewer count stands for',
  missed_probes UInt32 MATERIALIZED
      greatest(0, intDiv(elapsed_seconds + intDiv(interval_seconds, 2), greatest(interval_seconds, 1)) - 1)
    COMMENT 'Planned probes since the previous one that did not happen; 2 or more are an outage' CODEC(ZSTD(1))
)
ENGINE = {{engine:MergeTree}}
PARTITION BY toYYYYMM(ts)
ORDER BY (env, platform, platform_user_id, ts)
TTL toDateTime(ts) + toIntervalDay({{probe_days}})
-- A compact part is one file: a series of one channel takes a sixth less time than from a file a column.
SETTINGS min_bytes_for_wide_part = 1073741824, min_rows_for_wide_part = 4294967296, non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1;
