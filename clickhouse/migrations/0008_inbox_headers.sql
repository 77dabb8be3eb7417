-- The headers of a delivery. A value that another column has is not written twice: signatures and ids do not compress.
ALTER TABLE webhook_inbox {{on_cluster}}
  ADD COLUMN IF NOT EXISTS headers String
    COMMENT 'Headers of the platform as they came, as a JSON list of names and values. A number stands for the value of a column: 0 signature, 1 message_id, 2 subscription_id. Empty where none were kept' CODEC(ZSTD(3)) AFTER signature;
