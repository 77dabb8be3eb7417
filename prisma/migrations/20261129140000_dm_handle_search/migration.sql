-- Channels are found by the beginning of a slug or of a name, and by slugs that they had. Prefixes need an order by bytes, whatever the collation of the
-- database. Those that are live have indexes of their own, so that they are found first also by a short beginning.
CREATE INDEX idx_slug_history_ended_slug ON dm.streamer_channel_slug_history (slug COLLATE "C", observed_until DESC) WHERE observed_until IS NOT NULL;
CREATE INDEX idx_channel_name_prefix ON dm.streamer_channel (folded_name COLLATE "C", id);
CREATE INDEX idx_channel_live_slug ON dm.streamer_channel (current_slug COLLATE "C") WHERE is_live;
CREATE INDEX idx_channel_live_name ON dm.streamer_channel (folded_name COLLATE "C") WHERE is_live;
