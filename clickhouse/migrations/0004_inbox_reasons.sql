-- Why a delivery was not used, what it repeats, and how many like it are not here.
ALTER TABLE webhook_inbox {{on_cluster}}
  ADD COLUMN IF NOT EXISTS reason String
    COMMENT 'Why it was rejected, kept aside or not used; empty where nothing was wrong' CODEC(ZSTD(1)) AFTER outcome,
  ADD COLUMN IF NOT EXISTS repeat_of String
    COMMENT 'Of a repetition: id of the message that came first, whose row has the payload; else empty' CODEC(ZSTD(1)) AFTER reason,
  ADD COLUMN IF NOT EXISTS left_out UInt32
    COMMENT 'How many with this outcome were left out since the row before, because too many came at once' CODEC(T64, ZSTD(1)) AFTER repeat_of;
