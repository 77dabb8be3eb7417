-- What was put in from elsewhere has a source of its own.
ALTER TABLE dm.status_event DROP CONSTRAINT chk_event_source;
ALTER TABLE dm.status_event ADD CONSTRAINT chk_event_source CHECK (source IN ('poll', 'webhook', 'operator', 'import'));
ALTER TABLE dm.told_end DROP CONSTRAINT chk_told_end_source;
ALTER TABLE dm.told_end ADD CONSTRAINT chk_told_end_source CHECK (source IN ('webhook', 'operator', 'import'));
ALTER TABLE dm.stream_session DROP CONSTRAINT chk_session_end_source;
ALTER TABLE dm.stream_session ADD CONSTRAINT chk_session_end_source
  CHECK ((ended_at IS NULL) = (end_source IS NULL) AND end_source IN ('poll', 'webhook', 'operator', 'import'));

ALTER TABLE dm.stream_session ADD COLUMN start_source text NOT NULL DEFAULT 'poll'
  CONSTRAINT chk_session_start_source CHECK (start_source IN ('poll', 'webhook', 'operator', 'import'));
-- Of older sessions a delivery is known to have named the start where one said that they were on.
UPDATE dm.stream_session SET start_source = 'webhook' WHERE told_live_at IS NOT NULL;

-- It was the instant of the probe that saw the change.
UPDATE dm.streamer_channel c SET last_status_change_at = coalesce(s.ended_at, s.started_at)
FROM (SELECT DISTINCT ON (channel_id) channel_id, started_at, ended_at FROM dm.stream_session ORDER BY channel_id, started_at DESC) s
WHERE s.channel_id = c.id AND c.last_status_change_at IS DISTINCT FROM coalesce(s.ended_at, s.started_at);

COMMENT ON COLUMN dm.stream_session.start_source IS 'Who said that it began. Of several the strongest: webhook, then operator, then import, then poll.';
COMMENT ON COLUMN dm.stream_session.end_source IS 'Who said that it ended: webhook, operator or import; poll where that was inferred from probes. Null while it is on.';
COMMENT ON COLUMN dm.told_end.source IS 'Who said so: webhook, operator or import.';
COMMENT ON COLUMN dm.status_event.session_started_at IS 'Start of the broadcast that began or ended. Null for a connection test.';
COMMENT ON COLUMN dm.status_event.source IS 'Who told us: poll, webhook, operator or import.';
COMMENT ON COLUMN dm.status_event.event_timestamp IS 'When it happened on the platform, as far as is known. Never later than received_timestamp.';
COMMENT ON COLUMN dm.status_event.received_timestamp IS 'When our process received what made it: the delivery, for the first time, or the whole answer to a poll. Never later than processed_timestamp.';
COMMENT ON COLUMN dm.status_event.processed_timestamp IS 'When the database was updated, by the clock of the database.';
COMMENT ON COLUMN dm.status_event.event_data IS 'What made the event, as a JSON object that names its source: the body of the delivery, or the row of the answer to a poll, without credentials. An inferred end says what it was inferred from. More than 8 KiB is cut, and truncated is true.';
COMMENT ON COLUMN dm.streamer_channel.last_status_change_at IS 'When the status last changed on the platform, as far as is known: the end of the newest session, or its start while it is on. Before the first session: when the channel was first seen not live.';
COMMENT ON COLUMN dm.streamer_channel.status_observed_at IS 'Instant of the newest observation that changed the status. That is when we were told, and not when the status changed.';
COMMENT ON COLUMN dm.streamer_channel.last_seen_online_at IS 'Latest instant at which a broadcast was seen. Between changes of the status it is exact to ten minutes.';
COMMENT ON COLUMN dm.streamer_channel.last_seen_at IS 'Latest instant of any observation. Between changes it is exact to ten minutes.';
COMMENT ON COLUMN dm.event_subscription.last_event_at IS 'When the platform sent the newest event that it delivered. A delivery that was late does not make it later.';
