-- Probes in slots of 15 minutes, the grain that every offset of every time zone is a multiple of.
CREATE TABLE IF NOT EXISTS kick_streamer_probe_15m {{on_cluster}}
(
  env LowCardinality(String) CODEC(ZSTD(3)),
  platform LowCardinality(String) CODEC(ZSTD(3)),
  platform_user_id String CODEC(ZSTD(3)),
  slot DateTime('UTC') COMMENT 'Start of the 15 minutes' CODEC(DoubleDelta, ZSTD(1)),
  first_probe_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(DoubleDelta, ZSTD(1)),
  last_probe_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(DoubleDelta, ZSTD(1)),
  probes SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1)),
  missed SimpleAggregateFunction(sum, UInt64) COMMENT 'Sum of missed_probes' CODEC(T64, ZSTD(1)),
  samples SimpleAggregateFunction(sum, UInt64) COMMENT 'Probes with a viewer count' CODEC(T64, ZSTD(1)),
  viewer_seconds SimpleAggregateFunction(sum, UInt64) COMMENT 'Sum of viewer_count * sample_seconds' CODEC(T64, ZSTD(1)),
  seconds SimpleAggregateFunction(sum, UInt64) COMMENT 'Sum of sample_seconds' CODEC(T64, ZSTD(1)),
  low SimpleAggregateFunction(min, Nullable(UInt32)) COMMENT 'Fewest viewers' CODEC(T64, ZSTD(1)),
  peak SimpleAggregateFunction(max, Tuple(viewers UInt32, ms_to_end UInt32))
    COMMENT 'Most viewers and how long before the end of the slot, so that the first of equals is the greatest' CODEC(T64, ZSTD(1)),
  last SimpleAggregateFunction(max, Tuple(ms_from_start UInt32, viewers UInt32))
    COMMENT 'Latest viewers and how long after the start of the slot' CODEC(T64, ZSTD(1)),
  outages SimpleAggregateFunction(groupArrayArray, Array(Tuple(until DateTime64(3, 'UTC'), seconds UInt32, missed UInt32)))
    COMMENT 'Probes of the slot that ended an outage' CODEC(ZSTD(1))
)
ENGINE = {{engine:AggregatingMergeTree}}
PARTITION BY toYYYYMM(slot)
ORDER BY (env, platform, platform_user_id, slot)
TTL slot + toIntervalDay({{probe_days}})
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS kick_streamer_probe_15m_fill {{on_cluster}} TO kick_streamer_probe_15m AS
SELECT
  env, platform, platform_user_id,
  toStartOfFifteenMinutes(ts) AS slot,
  min(ts) AS first_probe_at,
  max(ts) AS last_probe_at,
  count() AS probes,
  sum(missed_probes) AS missed,
  count(viewer_count) AS samples,
  sum(toUInt64(ifNull(viewer_count, 0)) * sample_seconds) AS viewer_seconds,
  sum(sample_seconds) AS seconds,
  min(viewer_count) AS low,
  maxIf((assumeNotNull(viewer_count), toUInt32(900000 - (toUnixTimestamp64Milli(ts) - toUnixTimestamp(slot) * 1000))),
    viewer_count IS NOT NULL) AS peak,
  maxIf((toUInt32(toUnixTimestamp64Milli(ts) - toUnixTimestamp(slot) * 1000), assumeNotNull(viewer_count)),
    viewer_count IS NOT NULL) AS last,
  groupArrayIf((ts, elapsed_seconds, missed_probes), missed_probes > 1) AS outages
FROM kick_streamer_probe
GROUP BY env, platform, platform_user_id, slot;
