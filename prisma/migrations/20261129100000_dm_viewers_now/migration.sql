-- How many watch a channel now is state: who is live by viewers is read from this index, and the probe's own statement writes it.
ALTER TABLE dm.probe_schedule ADD COLUMN live_viewers integer;
COMMENT ON COLUMN dm.probe_schedule.live_viewers IS 'Viewers that the latest probe counted, at last_live_at. Null where it saw no broadcast, or none of its viewers.';
CREATE INDEX idx_probe_schedule_viewers ON dm.probe_schedule (live_viewers DESC, channel_id DESC) WHERE live_viewers IS NOT NULL;
