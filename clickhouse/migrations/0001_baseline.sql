-- Baseline of the telemetry: what happened on the channels. A row is never updated; it goes when its time is over. ../README.md says how the
-- tables are written and read, and what was measured.
--
-- How to read it: a block for each table. COMMENT says what a column means, its unit and who writes it; a comment in the code gives a reason.
-- The same for every table:
--   CODEC                                 DoubleDelta or Delta for instants, T64 for counts, all with ZSTD, chosen by measuring
--   non_replicated_deduplication_window   the last 10,000 batches are remembered, so that a repeated one stores nothing
--   ttl_only_drop_parts                   whole parts are dropped, and none is rewritten to remove single rows
--   materialize_ttl_recalculate_only      a changed TTL is applied to what exists without rewriting it
--   fsync_after_insert, ..part_directory  a batch is on the disk before it is answered, because the spool forgets what was answered
-- This file is frozen: a change of the tables is a new migration.

CREATE TABLE IF NOT EXISTS kick_streamer_probe {{on_cluster}}
(
  env LowCardinality(String) COMMENT 'The environment that observed' CODEC(ZSTD(3)),
  platform LowCardinality(String) COMMENT 'kick, twitch or x' CODEC(ZSTD(3)),
  platform_user_id String COMMENT 'The channel as the platform identifies it' CODEC(ZSTD(3)),
  ts DateTime64(3, 'UTC') COMMENT 'When the channel was looked at; written in whole seconds' CODEC(DoubleDelta, ZSTD(3)),
  is_live Bool COMMENT 'Whether it was broadcasting' CODEC(ZSTD(1)),
  stream_started_at DateTime('UTC') COMMENT 'Start of the broadcast; 1970 when it was not live' CODEC(Delta, ZSTD(1)),
  viewer_count Nullable(UInt32) COMMENT 'Viewers; null when it was not live, or where the platform hides them' CODEC(T64('bit'), ZSTD(1)),
  follower_count Nullable(UInt32) COMMENT 'Followers; null when the platform did not tell' CODEC(Delta, ZSTD(1)),
  elapsed_seconds UInt32 COMMENT 'Seconds since the previous probe of the channel; 0 for its first' CODEC(T64, ZSTD(1)),
  interval_seconds UInt16 COMMENT 'Seconds that were planned between the previous probe and this one' CODEC(ZSTD(1)),
  -- Stored in place of sample_seconds: this is nearly always 0, while the sample would repeat the elapsed time and cost as much.
  unsampled_seconds Int32 MATERIALIZED if(viewer_count IS NULL, 0, toInt32(elapsed_seconds) - greatest(1, least(
      if(elapsed_seconds = 0, interval_seconds, least(elapsed_seconds, intDiv(interval_seconds * 5, 2))),
      toInt64(toUnixTimestamp(ts)) - toUnixTimestamp(stream_started_at))))
    COMMENT 'Seconds of the elapsed time that the viewer count does not stand for. Computed at the write' CODEC(ZSTD(1)),
  sample_seconds UInt32 ALIAS if(viewer_count IS NULL, 0, elapsed_seconds - unsampled_seconds)
    COMMENT 'Seconds before ts that the viewer count stands for. Computed when it is read',
  missed_probes UInt32 MATERIALIZED
      greatest(0, intDiv(elapsed_seconds + intDiv(interval_seconds, 2), greatest(interval_seconds, 1)) - 1)
    COMMENT 'Planned probes since the previous one that did not happen; 2 or more are an outage. Computed at the write' CODEC(ZSTD(1))
)
ENGINE = {{engine:MergeTree}}
PARTITION BY toYYYYMM(ts)
ORDER BY (env, platform, platform_user_id, ts)
TTL toDateTime(ts) + toIntervalDay({{probe_days}})
-- Parts up to 1 GiB are compact, one file instead of one a column: the series of one channel is read in five sixths of the time.
SETTINGS min_bytes_for_wide_part = 1073741824, min_rows_for_wide_part = 4294967296,
  non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row for each successful probe of a channel, live or not, on any platform. Written by the poller';

-- 15 minutes, because every offset of every time zone is a multiple of them.
CREATE TABLE IF NOT EXISTS kick_streamer_probe_15m {{on_cluster}}
(
  env LowCardinality(String) COMMENT 'The environment that observed' CODEC(ZSTD(3)),
  platform LowCardinality(String) COMMENT 'kick, twitch or x' CODEC(ZSTD(3)),
  platform_user_id String COMMENT 'The channel as the platform identifies it' CODEC(ZSTD(3)),
  slot DateTime('UTC') COMMENT 'Start of the 15 minutes' CODEC(DoubleDelta, ZSTD(1)),
  first_probe_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) COMMENT 'First probe of the slot' CODEC(DoubleDelta, ZSTD(1)),
  last_probe_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT 'Last probe of the slot' CODEC(DoubleDelta, ZSTD(1)),
  probes SimpleAggregateFunction(sum, UInt64) COMMENT 'Number of probes' CODEC(T64, ZSTD(1)),
  missed SimpleAggregateFunction(sum, UInt64) COMMENT 'Sum of missed_probes' CODEC(T64, ZSTD(1)),
  samples SimpleAggregateFunction(sum, UInt64) COMMENT 'Probes with a viewer count' CODEC(T64, ZSTD(1)),
  viewer_seconds SimpleAggregateFunction(sum, UInt64) COMMENT 'Sum of viewer_count * sample_seconds' CODEC(T64, ZSTD(1)),
  seconds SimpleAggregateFunction(sum, UInt64) COMMENT 'Sum of sample_seconds' CODEC(T64, ZSTD(1)),
  low SimpleAggregateFunction(min, Nullable(UInt32)) COMMENT 'Fewest viewers; null without samples' CODEC(T64, ZSTD(1)),
  peak SimpleAggregateFunction(max, Tuple(viewers UInt32, ms_to_end UInt32))
    COMMENT 'Most viewers, and how many milliseconds before the end of the slot, so that the first of equals is the greatest' CODEC(T64, ZSTD(1)),
  last SimpleAggregateFunction(max, Tuple(ms_from_start UInt32, viewers UInt32))
    COMMENT 'Latest viewers, and how many milliseconds after the start of the slot' CODEC(T64, ZSTD(1)),
  outages SimpleAggregateFunction(groupArrayArray, Array(Tuple(until DateTime64(3, 'UTC'), seconds UInt32, missed UInt32)))
    COMMENT 'Probes of the slot that ended an outage: when, after how many seconds and how many missed probes' CODEC(ZSTD(1))
)
ENGINE = {{engine:AggregatingMergeTree}}
PARTITION BY toYYYYMM(slot)
ORDER BY (env, platform, platform_user_id, slot)
TTL slot + toIntervalDay({{probe_days}})
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What the probes of a channel in 15 minutes add up to. Written by the view kick_streamer_probe_15m_fill';

-- Every batch of probes passes through here: its sums become rows of the slots, which ClickHouse merges.
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

CREATE TABLE IF NOT EXISTS kick_chat_message {{on_cluster}}
(
  env LowCardinality(String) NOT NULL COMMENT 'The environment that received it' CODEC(ZSTD(1)),
  channel_id UInt64 NOT NULL COMMENT 'The channel: an id of dm.streamer_channel' CODEC(T64, ZSTD(1)),
  channel_slug LowCardinality(String) NOT NULL COMMENT 'Slug of the channel at the time, which may be another one now' CODEC(ZSTD(1)),
  message_id String NOT NULL COMMENT 'The message as the platform identifies it' CODEC(ZSTD(1)),
  platform_user_id String NOT NULL COMMENT 'Who wrote it, as the platform identifies them' CODEC(ZSTD(1)),
  username LowCardinality(String) COMMENT 'Name of who wrote it, at the time' CODEC(ZSTD(1)),
  content String COMMENT 'The text' CODEC(ZSTD(3)),
  -- Empty where the content is ASCII alone: it costs nothing there, and a search compares the content itself.
  content_folded String
    MATERIALIZED if(isValidASCII(content), '', normalizeUTF8NFC(caseFoldUTF8(normalizeUTF8NFD(content))))
    COMMENT 'The text with its case folded (full Unicode case folding), for searches; empty where the text is ASCII. Computed at the write' CODEC(ZSTD(3)),
  emotes_json String DEFAULT '[]' COMMENT 'Emotes in the text, as a JSON array' CODEC(ZSTD(3)),
  badges_json String DEFAULT '[]' COMMENT 'Badges of who wrote it, as a JSON array' CODEC(ZSTD(3)),
  created_at DateTime('UTC') NOT NULL COMMENT 'When it was sent' CODEC(DoubleDelta, ZSTD(1)),
  inserted_at DateTime('UTC') DEFAULT now() COMMENT 'When it arrived here. No writer sets it; windows of archives are cut by it' CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = {{engine:MergeTree}}
PARTITION BY (env, toYYYYMMDD(created_at))
ORDER BY (env, channel_id, created_at)
TTL created_at + toIntervalDay({{chat_days}})
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row for each chat message. Written from webhooks';

CREATE TABLE IF NOT EXISTS webhook_inbox {{on_cluster}}
(
  env LowCardinality(String) COMMENT 'The environment that received it' CODEC(ZSTD(1)),
  source LowCardinality(String) COMMENT 'The platform that claims to have sent it' CODEC(ZSTD(1)),
  event_type LowCardinality(String) COMMENT 'Type of event, as claimed' CODEC(ZSTD(1)),
  event_version LowCardinality(String) COMMENT 'Version of the type, as claimed' CODEC(ZSTD(1)),
  message_id String COMMENT 'Id of the message, as claimed' CODEC(ZSTD(1)),
  subscription_id String COMMENT 'The subscription by which it came, as claimed; empty when it names none' CODEC(ZSTD(1)),
  payload String COMMENT 'The body as it came; bytes that are not UTF-8 as base64: and their encoding' CODEC(ZSTD(3)),
  signature String COMMENT 'The signature that came with it' CODEC(ZSTD(1)),
  verified UInt8 COMMENT '1 when the signature is right, else 0' CODEC(ZSTD(1)),
  outcome LowCardinality(String) COMMENT 'What was done with it, e.g. PROJECTED, LATE or FORGED' CODEC(ZSTD(1)),
  sent_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was sent, as claimed; null when that can not be read' CODEC(Delta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') COMMENT 'When it arrived here' CODEC(Delta, ZSTD(1)),
  -- One delivery is found by its id.
  INDEX by_message_id message_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {{engine:MergeTree}}
PARTITION BY toYYYYMMDD(received_at)
ORDER BY (env, received_at, message_id)
TTL toDateTime(received_at) + toIntervalDay({{webhook_days}})
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Every delivery of every platform, verified or not, as it came: what is needed to read it once more. Written by the receiver of webhooks';

CREATE TABLE IF NOT EXISTS streamer_trust_score_history {{on_cluster}}
(
  env LowCardinality(String) COMMENT 'The environment that computed it' CODEC(ZSTD(1)),
  platform LowCardinality(String) COMMENT 'kick, twitch or x' CODEC(ZSTD(1)),
  platform_user_id String COMMENT 'The channel as the platform identifies it' CODEC(ZSTD(3)),
  computed_at DateTime64(3, 'UTC') COMMENT 'When the run that computed it began' CODEC(Delta, ZSTD(1)),
  score Float64 COMMENT 'From 0 to 100, in hundredths' CODEC(Gorilla, ZSTD(1)),
  algorithm LowCardinality(String) COMMENT 'Name and version of what computed it' CODEC(ZSTD(1)),
  factors_json String DEFAULT '[]' COMMENT 'What the score is made of, as a JSON array' CODEC(ZSTD(3))
)
ENGINE = {{engine:MergeTree}}
PARTITION BY toYear(computed_at)
ORDER BY (env, platform, platform_user_id, computed_at)
TTL toDateTime(computed_at) + toIntervalMonth(24)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row for each trust score of a channel that was computed. Written by the job that computes them';
