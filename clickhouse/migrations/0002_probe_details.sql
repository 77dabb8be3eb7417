-- What each probe said a broadcast is about. Neighbours in the order of the table nearly always say the same.
ALTER TABLE kick_streamer_probe {{on_cluster}}
  ADD COLUMN IF NOT EXISTS title String
    COMMENT 'Title of the broadcast; empty when it was not live, or where the platform did not tell' CODEC(ZSTD(3)) AFTER interval_seconds,
  ADD COLUMN IF NOT EXISTS category LowCardinality(String)
    COMMENT 'Category of the broadcast; empty when it was not live, or where the platform did not tell' CODEC(ZSTD(1)) AFTER title,
  ADD COLUMN IF NOT EXISTS language LowCardinality(String)
    COMMENT 'Language of the broadcast, as the platform writes it; empty when it was not live, or where the platform did not tell' CODEC(ZSTD(1)) AFTER category,
  ADD COLUMN IF NOT EXISTS is_mature Nullable(Bool)
    COMMENT 'Whether the broadcast is marked as not for minors; null when it was not live, or where the platform did not tell' CODEC(ZSTD(1)) AFTER language;
