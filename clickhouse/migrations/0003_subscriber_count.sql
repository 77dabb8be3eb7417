-- What Kick tells of a channel in place of its followers.
ALTER TABLE kick_streamer_probe {{on_cluster}}
  ADD COLUMN IF NOT EXISTS subscriber_count Nullable(UInt32)
    COMMENT 'Active subscribers; null when the platform did not tell' CODEC(Delta, ZSTD(1)) AFTER follower_count;
