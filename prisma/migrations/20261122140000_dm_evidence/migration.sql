-- What sessions are derived from, kept so that facts may come late, repeated and in any order.
ALTER TABLE dm.probe_schedule ADD COLUMN live_started_at timestamptz(3), ADD COLUMN last_missed_at timestamptz(3), ADD COLUMN missed_before_at timestamptz(3);
COMMENT ON COLUMN dm.probe_schedule.live_started_at IS 'The broadcast that last_live_at saw';
COMMENT ON COLUMN dm.probe_schedule.last_missed_at IS 'The latest probe that did not show the channel live, and the one before it';
UPDATE dm.probe_schedule s SET last_missed_at = s.first_missed_at,
  live_started_at = (SELECT max(o.started_at) FROM dm.stream_session o WHERE o.channel_id = s.channel_id AND o.started_at <= s.last_live_at);
ALTER TABLE dm.probe_schedule DROP COLUMN first_missed_at;

ALTER TABLE dm.stream_session ADD COLUMN last_live_at timestamptz(3), ADD COLUMN details_observed_at timestamptz(3) NOT NULL DEFAULT 'epoch';
COMMENT ON COLUMN dm.stream_session.last_live_at IS 'When it was last seen, where dm.probe_schedule does not know it';
COMMENT ON COLUMN dm.stream_session.details_observed_at IS 'When title, category and language were as they are here';
UPDATE dm.stream_session SET last_live_at = ended_at WHERE end_source = 'poll';
