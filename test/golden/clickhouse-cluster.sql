-- the ledger

CREATE TABLE IF NOT EXISTS schema_migration ON CLUSTER 'telemetry'
(
  name String COMMENT 'File name without its ending',
  sha256 String COMMENT 'SHA-256 of the file as it was applied, in hexadecimal',
  applied_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was applied'
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{database}/schema_migration', '{shard}_{replica}') ORDER BY name
SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 2592000
COMMENT 'Which migrations were applied. Written by the migration itself';

-- 0001_baseline.sql

CREATE TABLE IF NOT EXISTS kick_streamer_probe_local ON CLUSTER 'telemetry'
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
ENGINE = ReplicatedMergeTree
PARTITION BY toYYYYMM(ts)
ORDER BY (env, platform, platform_user_id, ts)
TTL toDateTime(ts) + toIntervalDay(365)
 
SETTINGS min_bytes_for_wide_part = 1073741824, min_rows_for_wide_part = 4294967296,
  replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 2592000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row for each successful probe of a channel, live or not, on any platform. Written by the poller';

CREATE OR REPLACE TABLE kick_streamer_probe ON CLUSTER 'telemetry' AS kick_streamer_probe_local
ENGINE = Distributed('telemetry', currentDatabase(), kick_streamer_probe_local, cityHash64(platform, platform_user_id));

CREATE TABLE IF NOT EXISTS kick_streamer_probe_15m_local ON CLUSTER 'telemetry'
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
ENGINE = ReplicatedAggregatingMergeTree
PARTITION BY toYYYYMM(slot)
ORDER BY (env, platform, platform_user_id, slot)
TTL slot + toIntervalDay(365)
SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 2592000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What the probes of a channel in 15 minutes add up to. Written by the view kick_streamer_probe_15m_fill';

CREATE OR REPLACE TABLE kick_streamer_probe_15m ON CLUSTER 'telemetry' AS kick_streamer_probe_15m_local
ENGINE = Distributed('telemetry', currentDatabase(), kick_streamer_probe_15m_local, cityHash64(platform, platform_user_id));

CREATE MATERIALIZED VIEW IF NOT EXISTS kick_streamer_probe_15m_fill ON CLUSTER 'telemetry' TO kick_streamer_probe_15m_local AS
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
FROM kick_streamer_probe_local
GROUP BY env, platform, platform_user_id, slot;

CREATE TABLE IF NOT EXISTS kick_chat_message_local ON CLUSTER 'telemetry'
(
  env LowCardinality(String) NOT NULL COMMENT 'The environment that received it' CODEC(ZSTD(1)),
  channel_id UInt64 NOT NULL COMMENT 'The channel: an id of dm.streamer_channel' CODEC(T64, ZSTD(1)),
  channel_slug LowCardinality(String) NOT NULL COMMENT 'Slug of the channel at the time, which may be another one now' CODEC(ZSTD(1)),
  message_id String NOT NULL COMMENT 'The message as the platform identifies it' CODEC(ZSTD(1)),
  platform_user_id String NOT NULL COMMENT 'Who wrote it, as the platform identifies them' CODEC(ZSTD(1)),
  username LowCardinality(String) COMMENT 'Name of who wrote it, at the time' CODEC(ZSTD(1)),
  content String COMMENT 'The text' CODEC(ZSTD(3)),
   
  content_folded String
    MATERIALIZED if(isValidASCII(content), '', normalizeUTF8NFC(caseFoldUTF8(normalizeUTF8NFD(content))))
    COMMENT 'The text with its case folded (full Unicode case folding), for searches; empty where the text is ASCII. Computed at the write' CODEC(ZSTD(3)),
  emotes_json String DEFAULT '[]' COMMENT 'Emotes in the text, as a JSON array' CODEC(ZSTD(3)),
  badges_json String DEFAULT '[]' COMMENT 'Badges of who wrote it, as a JSON array' CODEC(ZSTD(3)),
  created_at DateTime('UTC') NOT NULL COMMENT 'When it was sent' CODEC(DoubleDelta, ZSTD(1)),
  inserted_at DateTime('UTC') DEFAULT now() COMMENT 'When it arrived here. No writer sets it; windows of archives are cut by it' CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = ReplicatedMergeTree
PARTITION BY (env, toYYYYMMDD(created_at))
ORDER BY (env, channel_id, created_at)
TTL created_at + toIntervalDay(30)
SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 2592000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row for each chat message. Written from webhooks';

CREATE OR REPLACE TABLE kick_chat_message ON CLUSTER 'telemetry' AS kick_chat_message_local
ENGINE = Distributed('telemetry', currentDatabase(), kick_chat_message_local, intHash64(channel_id));

CREATE TABLE IF NOT EXISTS webhook_inbox_local ON CLUSTER 'telemetry'
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
   
  INDEX by_message_id message_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplicatedMergeTree
PARTITION BY toYYYYMMDD(received_at)
ORDER BY (env, received_at, message_id)
TTL toDateTime(received_at) + toIntervalDay(30)
SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 2592000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
  fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Every delivery of every platform, verified or not, as it came: what is needed to read it once more. Written by the receiver of webhooks';

CREATE OR REPLACE TABLE webhook_inbox ON CLUSTER 'telemetry' AS webhook_inbox_local
ENGINE = Distributed('telemetry', currentDatabase(), webhook_inbox_local, cityHash64(source, message_id));

CREATE TABLE IF NOT EXISTS streamer_trust_score_history_local ON CLUSTER 'telemetry'
(
  env LowCardinality(String) COMMENT 'The environment that computed it' CODEC(ZSTD(1)),
  platform LowCardinality(String) COMMENT 'kick, twitch or x' CODEC(ZSTD(1)),
  platform_user_id String COMMENT 'The channel as the platform identifies it' CODEC(ZSTD(3)),
  computed_at DateTime64(3, 'UTC') COMMENT 'When the run that computed it began' CODEC(Delta, ZSTD(1)),
  score Float64 COMMENT 'From 0 to 100, in hundredths' CODEC(Gorilla, ZSTD(1)),
  algorithm LowCardinality(String) COMMENT 'Name and version of what computed it' CODEC(ZSTD(1)),
  factors_json String DEFAULT '[]' COMMENT 'What the score is made of, as a JSON array' CODEC(ZSTD(3))
)
ENGINE = ReplicatedMergeTree
PARTITION BY toYear(computed_at)
ORDER BY (env, platform, platform_user_id, computed_at)
TTL toDateTime(computed_at) + toIntervalMonth(24)
SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 2592000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row for each trust score of a channel that was computed. Written by the job that computes them';

CREATE OR REPLACE TABLE streamer_trust_score_history ON CLUSTER 'telemetry' AS streamer_trust_score_history_local
ENGINE = Distributed('telemetry', currentDatabase(), streamer_trust_score_history_local, cityHash64(platform, platform_user_id));

-- 0002_probe_details.sql

ALTER TABLE kick_streamer_probe_local ON CLUSTER 'telemetry'
  ADD COLUMN IF NOT EXISTS title String
    COMMENT 'Title of the broadcast; empty when it was not live, or where the platform did not tell' CODEC(ZSTD(3)) AFTER interval_seconds,
  ADD COLUMN IF NOT EXISTS category LowCardinality(String)
    COMMENT 'Category of the broadcast; empty when it was not live, or where the platform did not tell' CODEC(ZSTD(1)) AFTER title,
  ADD COLUMN IF NOT EXISTS language LowCardinality(String)
    COMMENT 'Language of the broadcast, as the platform writes it; empty when it was not live, or where the platform did not tell' CODEC(ZSTD(1)) AFTER category,
  ADD COLUMN IF NOT EXISTS is_mature Nullable(Bool)
    COMMENT 'Whether the broadcast is marked as not for minors; null when it was not live, or where the platform did not tell' CODEC(ZSTD(1)) AFTER language;

CREATE OR REPLACE TABLE kick_streamer_probe ON CLUSTER 'telemetry' AS kick_streamer_probe_local
ENGINE = Distributed('telemetry', currentDatabase(), kick_streamer_probe_local, cityHash64(platform, platform_user_id));

-- 0003_subscriber_count.sql

ALTER TABLE kick_streamer_probe_local ON CLUSTER 'telemetry'
  ADD COLUMN IF NOT EXISTS subscriber_count Nullable(UInt32)
    COMMENT 'Active subscribers; null when the platform did not tell' CODEC(Delta, ZSTD(1)) AFTER follower_count;

CREATE OR REPLACE TABLE kick_streamer_probe ON CLUSTER 'telemetry' AS kick_streamer_probe_local
ENGINE = Distributed('telemetry', currentDatabase(), kick_streamer_probe_local, cityHash64(platform, platform_user_id));

-- 0004_inbox_reasons.sql

ALTER TABLE webhook_inbox_local ON CLUSTER 'telemetry'
  ADD COLUMN IF NOT EXISTS reason String
    COMMENT 'Why it was rejected, kept aside or not used; empty where nothing was wrong' CODEC(ZSTD(1)) AFTER outcome,
  ADD COLUMN IF NOT EXISTS repeat_of String
    COMMENT 'Of a repetition: id of the message that came first, whose row has the payload; else empty' CODEC(ZSTD(1)) AFTER reason,
  ADD COLUMN IF NOT EXISTS left_out UInt32
    COMMENT 'How many with this outcome were left out since the row before, because too many came at once' CODEC(T64, ZSTD(1)) AFTER repeat_of;

CREATE OR REPLACE TABLE webhook_inbox ON CLUSTER 'telemetry' AS webhook_inbox_local
ENGINE = Distributed('telemetry', currentDatabase(), webhook_inbox_local, cityHash64(source, message_id));

-- 0005_chat_by_hour.sql

ALTER TABLE kick_chat_message_local ON CLUSTER 'telemetry'
  ADD PROJECTION IF NOT EXISTS messages_by_hour
    (SELECT env, toStartOfHour(created_at), channel_id, count() GROUP BY env, toStartOfHour(created_at), channel_id),
  ADD PROJECTION IF NOT EXISTS chatters_by_hour
    (SELECT env, channel_id, toStartOfHour(created_at), platform_user_id, count()
     GROUP BY env, channel_id, toStartOfHour(created_at), platform_user_id);

CREATE OR REPLACE TABLE kick_chat_message ON CLUSTER 'telemetry' AS kick_chat_message_local
ENGINE = Distributed('telemetry', currentDatabase(), kick_chat_message_local, intHash64(channel_id));

ALTER TABLE kick_chat_message_local ON CLUSTER 'telemetry'
  MATERIALIZE PROJECTION messages_by_hour,
  MATERIALIZE PROJECTION chatters_by_hour;

-- 0006_inbox_channel.sql

ALTER TABLE webhook_inbox_local ON CLUSTER 'telemetry'
  ADD COLUMN IF NOT EXISTS channel_user_id String
    DEFAULT arrayFirst(id -> id != '', arrayMap(id -> extract(id, '^"?([1-9][0-9]{0,18})"?$'), [
      JSONExtractRaw(payload, 'broadcaster', 'user_id'),
      JSONExtractRaw(payload, 'event', 'broadcaster_user_id'),
      JSONExtractRaw(payload, 'subscription', 'condition', 'broadcaster_user_id')]))
    COMMENT 'The channel that it says it is about, as the platform identifies it; empty where it names none' CODEC(ZSTD(1)) AFTER message_id,
  ADD COLUMN IF NOT EXISTS replay Bool
    COMMENT 'Whether it is no receipt: an operator had a stored delivery projected once more' CODEC(ZSTD(1)) AFTER left_out,
   
  ADD INDEX IF NOT EXISTS by_channel channel_user_id TYPE bloom_filter(0.01) GRANULARITY 1;

CREATE OR REPLACE TABLE webhook_inbox ON CLUSTER 'telemetry' AS webhook_inbox_local
ENGINE = Distributed('telemetry', currentDatabase(), webhook_inbox_local, cityHash64(source, message_id));

ALTER TABLE webhook_inbox_local ON CLUSTER 'telemetry'
  MATERIALIZE COLUMN channel_user_id,
  MATERIALIZE INDEX by_channel;

-- 0007_probe_sums.sql

ALTER TABLE kick_streamer_probe_local ON CLUSTER 'telemetry' MODIFY SETTING default_compression_codec = 'ZSTD(1)';

ALTER TABLE kick_streamer_probe_local ON CLUSTER 'telemetry'
  ADD PROJECTION IF NOT EXISTS sums_by_hour (
    WITH greatest(1, if(elapsed_seconds = 0, interval_seconds, least(elapsed_seconds, intDiv(interval_seconds * 5, 2)))) AS stands,
      elapsed_seconds - unsampled_seconds AS sampled,
      greatest(1, least(toInt64(stands), toInt64(toUnixTimestamp(ts)) - toUnixTimestamp(stream_started_at))) AS aired,
      toInt64(toUnixTimestamp(ts)) - toUnixTimestamp(toStartOfHour(ts)) AS into_hour
    SELECT env, toStartOfHour(ts), platform, platform_user_id, category, language,
      count(), sum(missed_probes), min(ts), max(ts),
      groupArrayIf((ts, elapsed_seconds, missed_probes), missed_probes > 1),
      countIf(viewer_count >= 0),
      sum(toUInt64(viewer_count) * sampled),
      sumIf(sampled, viewer_count >= 0),
      sumIf(aired, is_live),
      sum(stands),
      maxIf((assumeNotNull(viewer_count), -toInt64(toUnixTimestamp(ts))), viewer_count >= 0),
      sum(toUInt64(viewer_count) * greatest(0, sampled - into_hour)),
      sumIf(greatest(0, sampled - into_hour), viewer_count >= 0),
      sumIf(greatest(0, aired - into_hour), is_live),
      sum(greatest(0, stands - into_hour))
    GROUP BY env, toStartOfHour(ts), platform, platform_user_id, category, language),
  ADD PROJECTION IF NOT EXISTS sums_by_day (
    WITH greatest(1, if(elapsed_seconds = 0, interval_seconds, least(elapsed_seconds, intDiv(interval_seconds * 5, 2)))) AS stands,
      elapsed_seconds - unsampled_seconds AS sampled,
      greatest(1, least(toInt64(stands), toInt64(toUnixTimestamp(ts)) - toUnixTimestamp(stream_started_at))) AS aired
    SELECT env, toStartOfDay(ts), platform, platform_user_id, category, language,
      count(), sum(missed_probes), min(ts), max(ts),
      groupArrayIf((ts, elapsed_seconds, missed_probes), missed_probes > 1),
      countIf(viewer_count >= 0),
      sum(toUInt64(viewer_count) * sampled),
      sumIf(sampled, viewer_count >= 0),
      sumIf(aired, is_live),
      sum(stands),
      maxIf((assumeNotNull(viewer_count), -toInt64(toUnixTimestamp(ts))), viewer_count >= 0)
    GROUP BY env, toStartOfDay(ts), platform, platform_user_id, category, language);

CREATE OR REPLACE TABLE kick_streamer_probe ON CLUSTER 'telemetry' AS kick_streamer_probe_local
ENGINE = Distributed('telemetry', currentDatabase(), kick_streamer_probe_local, cityHash64(platform, platform_user_id));

ALTER TABLE kick_streamer_probe_local ON CLUSTER 'telemetry' MATERIALIZE PROJECTION sums_by_hour, MATERIALIZE PROJECTION sums_by_day;

-- 0008_inbox_headers.sql

ALTER TABLE webhook_inbox_local ON CLUSTER 'telemetry'
  ADD COLUMN IF NOT EXISTS headers String
    COMMENT 'Headers of the platform as they came, as a JSON list of names and values. A number stands for the value of a column: 0 signature, 1 message_id, 2 subscription_id. Empty where none were kept' CODEC(ZSTD(3)) AFTER signature;

CREATE OR REPLACE TABLE webhook_inbox ON CLUSTER 'telemetry' AS webhook_inbox_local
ENGINE = Distributed('telemetry', currentDatabase(), webhook_inbox_local, cityHash64(source, message_id));

-- 0009_provenance.sql

ALTER TABLE kick_streamer_probe_local ON CLUSTER 'telemetry'
  ADD COLUMN IF NOT EXISTS provenance LowCardinality(String)
    COMMENT 'Where the row comes from: empty when this program observed it, import when it was brought in from a file, legacy when it was taken over from tables of before' CODEC(ZSTD(1));

CREATE OR REPLACE TABLE kick_streamer_probe ON CLUSTER 'telemetry' AS kick_streamer_probe_local
ENGINE = Distributed('telemetry', currentDatabase(), kick_streamer_probe_local, cityHash64(platform, platform_user_id));

ALTER TABLE kick_chat_message_local ON CLUSTER 'telemetry'
  ADD COLUMN IF NOT EXISTS provenance LowCardinality(String)
    COMMENT 'Where the row comes from: empty when this program received it, import when it was brought in from a file, legacy when it was taken over from tables of before' CODEC(ZSTD(1));

CREATE OR REPLACE TABLE kick_chat_message ON CLUSTER 'telemetry' AS kick_chat_message_local
ENGINE = Distributed('telemetry', currentDatabase(), kick_chat_message_local, intHash64(channel_id));

ALTER TABLE webhook_inbox_local ON CLUSTER 'telemetry'
  ADD COLUMN IF NOT EXISTS provenance LowCardinality(String)
    COMMENT 'Where the row comes from: empty when this program received it, legacy when it was taken over from tables of before' CODEC(ZSTD(1));

CREATE OR REPLACE TABLE webhook_inbox ON CLUSTER 'telemetry' AS webhook_inbox_local
ENGINE = Distributed('telemetry', currentDatabase(), webhook_inbox_local, cityHash64(source, message_id));

ALTER TABLE streamer_trust_score_history_local ON CLUSTER 'telemetry'
  ADD COLUMN IF NOT EXISTS provenance LowCardinality(String)
    COMMENT 'Where the row comes from: empty when this program computed it, legacy when it was taken over from tables of before' CODEC(ZSTD(1));

CREATE OR REPLACE TABLE streamer_trust_score_history ON CLUSTER 'telemetry' AS streamer_trust_score_history_local
ENGINE = Distributed('telemetry', currentDatabase(), streamer_trust_score_history_local, cityHash64(platform, platform_user_id));
