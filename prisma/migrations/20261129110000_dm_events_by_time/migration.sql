-- Events of a channel in a range are read in the order of their instants, so that nothing outside of the range is read.
CREATE INDEX idx_status_event_channel_time ON dm.status_event (channel_id, event_timestamp DESC, id DESC);
