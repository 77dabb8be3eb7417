-- Sessions of all channels are listed newest first: all of them, of a category or a language, and those that are on.
CREATE INDEX idx_session_started ON dm.stream_session (started_at DESC, id DESC);
CREATE INDEX idx_session_category ON dm.stream_session (dm.fold_case(category), started_at DESC, id DESC) WHERE category IS NOT NULL;
CREATE INDEX idx_session_language ON dm.stream_session (dm.fold_case(language), started_at DESC, id DESC) WHERE language IS NOT NULL;
CREATE INDEX idx_session_live ON dm.stream_session (started_at DESC, id DESC) WHERE ended_at IS NULL;
-- Which channels have something on in a category.
CREATE INDEX idx_session_live_category ON dm.stream_session (dm.fold_case(category)) WHERE ended_at IS NULL;
-- Which sessions were on at an instant.
CREATE INDEX idx_session_span ON dm.stream_session USING gist (tstzrange(started_at, ended_at));

ALTER TABLE dm.probe_schedule ADD COLUMN switched_at timestamptz(3) NOT NULL DEFAULT now();
COMMENT ON COLUMN dm.probe_schedule.switched_at IS 'When tracking was last switched on or off. Of a row from before this column: as the audit log knows it, else when the channel was first observed.';
UPDATE dm.probe_schedule s SET switched_at = coalesce(
    (SELECT max(a.recorded_at) FROM dm.audit_log a WHERE a.target = 'channel:' || s.channel_id AND a.action IN ('channel.track', 'channel.monitor')),
    c.first_seen_at)
FROM dm.streamer_channel c WHERE c.id = s.channel_id;
