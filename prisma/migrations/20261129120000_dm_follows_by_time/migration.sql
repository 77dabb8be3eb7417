-- Follows of all channels in a range of time.
CREATE INDEX idx_kick_follow_event_time ON dm.kick_follow_event (occurred_at, channel_id);
