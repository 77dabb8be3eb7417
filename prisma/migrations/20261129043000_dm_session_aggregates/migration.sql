-- Aggregates of a session outlive the rows that they are made of. They are written by the job session-aggregates.
ALTER TABLE dm.stream_session
  ADD COLUMN peak_viewers integer,
  ADD COLUMN peak_at timestamptz(3),
  ADD COLUMN average_viewers double precision,
  ADD COLUMN hours_watched double precision,
  ADD COLUMN samples integer,
  ADD COLUMN coverage double precision,
  ADD COLUMN messages integer,
  ADD COLUMN chatters integer,
  ADD COLUMN follows integer,
  ADD COLUMN aggregated_at timestamptz(3),
  ADD COLUMN aggregates_due_at timestamptz(3) NOT NULL DEFAULT now();

COMMENT ON COLUMN dm.stream_session.peak_viewers IS 'Most viewers that a probe of it saw. Null before it is computed, and where no probe saw a count, as on a platform that hides viewers.';
COMMENT ON COLUMN dm.stream_session.peak_at IS 'When a probe first saw the peak. Null where there is no peak.';
COMMENT ON COLUMN dm.stream_session.average_viewers IS 'Viewers, weighted with the time that each sample stands for. Null where there is no peak.';
COMMENT ON COLUMN dm.stream_session.hours_watched IS 'Viewers times the hours that their samples stand for. Null where there is no peak.';
COMMENT ON COLUMN dm.stream_session.samples IS 'Probes of it with a viewer count; 0 where the platform hides viewers. Null before it is computed.';
COMMENT ON COLUMN dm.stream_session.coverage IS 'The share of the expected probes that was made, 0 to 1. Null before it is computed, and for a broadcast without a length.';
COMMENT ON COLUMN dm.stream_session.messages IS 'Chat messages sent while it was on. Null before it is computed, and where chat of its time was gone by then.';
COMMENT ON COLUMN dm.stream_session.chatters IS 'Different people who sent these messages. Null where messages is.';
COMMENT ON COLUMN dm.stream_session.follows IS 'Follows while it was on. Null before it is computed.';
COMMENT ON COLUMN dm.stream_session.aggregated_at IS 'Through which instant telemetry was complete when the aggregates, peak_viewers to follows, were computed. Null while they wait: after the end, and when rows came late. Old values stay meanwhile.';
COMMENT ON COLUMN dm.stream_session.aggregates_due_at IS 'Rows of it that are not in the stores yet were on their way by then. The aggregates are computed when telemetry is complete beyond it and beyond the end.';

-- What waits to be computed, in the order of the job.
CREATE INDEX stream_session_unaggregated ON dm.stream_session (ended_at, id) WHERE aggregated_at IS NULL AND ended_at IS NOT NULL;

-- Aggregates belong to one end. Whoever moves the end, or takes it back, forgets them in the same write.
CREATE FUNCTION dm.forget_session_aggregates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.peak_viewers := NULL;
  NEW.peak_at := NULL;
  NEW.average_viewers := NULL;
  NEW.hours_watched := NULL;
  NEW.samples := NULL;
  NEW.coverage := NULL;
  NEW.messages := NULL;
  NEW.chatters := NULL;
  NEW.follows := NULL;
  NEW.aggregated_at := NULL;
  NEW.aggregates_due_at := clock_timestamp();
  RETURN NEW;
END $$;
COMMENT ON FUNCTION dm.forget_session_aggregates() IS 'Empties the aggregates of a session whose end has moved.';
CREATE TRIGGER stream_session_end_moved BEFORE UPDATE OF ended_at ON dm.stream_session
  FOR EACH ROW WHEN (OLD.ended_at IS DISTINCT FROM NEW.ended_at) EXECUTE FUNCTION dm.forget_session_aggregates();
