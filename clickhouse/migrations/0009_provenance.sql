-- Where a row comes from. Writers of what is observed leave it out, so that their batches stay as they are.
ALTER TABLE kick_streamer_probe {{on_cluster}}
  ADD COLUMN IF NOT EXISTS provenance LowCardinality(String)
    COMMENT 'Where the row comes from: empty when this program observed it, import when it was brought in from a file, legacy when it was taken over from tables of before' CODEC(ZSTD(1));
ALTER TABLE kick_chat_message {{on_cluster}}
  ADD COLUMN IF NOT EXISTS provenance LowCardinality(String)
    COMMENT 'Where the row comes from: empty when this program received it, import when it was brought in from a file, legacy when it was taken over from tables of before' CODEC(ZSTD(1));
ALTER TABLE webhook_inbox {{on_cluster}}
  ADD COLUMN IF NOT EXISTS provenance LowCardinality(String)
    COMMENT 'Where the row comes from: empty when this program received it, legacy when it was taken over from tables of before' CODEC(ZSTD(1));
ALTER TABLE streamer_trust_score_history {{on_cluster}}
  ADD COLUMN IF NOT EXISTS provenance LowCardinality(String)
    COMMENT 'Where the row comes from: empty when this program computed it, legacy when it was taken over from tables of before' CODEC(ZSTD(1));
