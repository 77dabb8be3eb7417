-- What a stored delivery needs to be projected again: the headers that decide how it is read and whether it is ours.
ALTER TABLE webhook_inbox {{on_cluster}}
  ADD COLUMN IF NOT EXISTS event_version LowCardinality(String) COMMENT 'As claimed' CODEC(ZSTD(1)) AFTER event_type,
  ADD COLUMN IF NOT EXISTS subscription_id String COMMENT 'As claimed; empty when it names none' CODEC(ZSTD(1)) AFTER message_id;
