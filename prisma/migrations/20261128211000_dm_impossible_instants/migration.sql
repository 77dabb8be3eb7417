-- Broadcasts that were stored before instants from outside were bounded: one that begins in the future would be the newest for ever, and
-- its channel online. They go; what was recorded of looks at them is forgotten; who was told that such a channel is online is told its end.

-- Ids of the journal are given under this lock.
SELECT pg_advisory_xact_lock(hashtext('dm.status_event'));
INSERT INTO dm.status_event (channel_id, session_started_at, event_type, previous_status, new_status, source, event_timestamp,
    received_timestamp, processed_timestamp)
  SELECT c.id, s.started_at, 'stream_end', 'online', 'offline', 'operator', date_trunc('milliseconds', now()),
    date_trunc('milliseconds', now()), date_trunc('milliseconds', clock_timestamp())
  FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id AND c.status = 'online'
  WHERE s.ended_at IS NULL AND (s.started_at > now() + interval '5 minutes' OR s.started_at < '2000-01-01 00:00:00+00');
UPDATE dm.streamer_channel c SET status = 'offline', last_status_change_at = now(), updated_at = now()
  FROM dm.stream_session s
  WHERE s.channel_id = c.id AND c.status = 'online' AND s.ended_at IS NULL
    AND (s.started_at > now() + interval '5 minutes' OR s.started_at < '2000-01-01 00:00:00+00');
DELETE FROM dm.stream_session WHERE started_at > now() + interval '5 minutes' OR started_at < '2000-01-01 00:00:00+00';
DELETE FROM dm.told_end WHERE started_at > now() + interval '5 minutes' OR started_at < '2000-01-01 00:00:00+00';
UPDATE dm.probe_schedule SET live_started_at = NULL, last_live_at = NULL
  WHERE live_started_at > now() + interval '5 minutes' OR live_started_at < '2000-01-01 00:00:00+00';

-- What was told to be over in the future is over by now.
UPDATE dm.told_end SET ended_at = greatest(started_at, now()) WHERE ended_at > now();
UPDATE dm.stream_session SET ended_at = greatest(started_at, now()) WHERE ended_at > now();
UPDATE dm.stream_session SET details_observed_at = now() WHERE details_observed_at > now();
UPDATE dm.kick_follow_event SET occurred_at = now() WHERE occurred_at > now();
