-- Which channel a delivery is about, and whether it is a replay.
-- The receiver writes the channel. What it did not write, such as rows of before, is read from the payload in the forms of all platforms.
ALTER TABLE webhook_inbox {{on_cluster}}
  ADD COLUMN IF NOT EXISTS channel_user_id String
    DEFAULT arrayFirst(id -> id != '', arrayMap(id -> extract(id, '^"?([1-9][0-9]{0,18})"?$'), [
      JSONExtractRaw(payload, 'broadcaster', 'user_id'),
      JSONExtractRaw(payload, 'event', 'broadcaster_user_id'),
      JSONExtractRaw(payload, 'subscription', 'condition', 'broadcaster_user_id')]))
    COMMENT 'The channel that it says it is about, as the platform identifies it; empty where it names none' CODEC(ZSTD(1)) AFTER message_id,
  ADD COLUMN IF NOT EXISTS replay Bool
    COMMENT 'Whether it is no receipt: an operator had a stored delivery projected once more' CODEC(ZSTD(1)) AFTER left_out,
  -- The deliveries of one channel are found without reading those of all.
  ADD INDEX IF NOT EXISTS by_channel channel_user_id TYPE bloom_filter(0.01) GRANULARITY 1;

-- In the background. Until it is done, the payloads of before are read to find a channel.
ALTER TABLE webhook_inbox {{on_cluster}}
  MATERIALIZE COLUMN channel_user_id,
  MATERIALIZE INDEX by_channel;
