-- Renames of a range are read across channels: a period that ends is a rename or a loss, and one that begins after a loss is a return. A first
-- name is none of these, so that the channels which were learned of in the range are not read.
ALTER TABLE dm.streamer_channel_slug_history ADD COLUMN regained boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN dm.streamer_channel_slug_history.regained IS 'Whether the channel had no slug right before, because it had lost its earlier one to another channel. Written when the period begins.';

UPDATE dm.streamer_channel_slug_history h SET regained = true
WHERE EXISTS (SELECT FROM dm.streamer_channel_slug_history b WHERE b.channel_id = h.channel_id AND b.observed_from < h.observed_from)
  AND NOT EXISTS (SELECT FROM dm.streamer_channel_slug_history b WHERE b.channel_id = h.channel_id AND b.observed_until = h.observed_from);

CREATE INDEX idx_slug_history_ended ON dm.streamer_channel_slug_history (observed_until DESC, channel_id DESC) WHERE observed_until IS NOT NULL;
CREATE INDEX idx_slug_history_regained ON dm.streamer_channel_slug_history (observed_from DESC, channel_id DESC) WHERE regained;
