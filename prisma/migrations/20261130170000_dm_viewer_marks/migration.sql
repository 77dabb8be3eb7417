-- What alerts on viewers need of the broadcast that the latest probe saw.
ALTER TABLE dm.probe_schedule ADD COLUMN top_viewers integer, ADD COLUMN usual_viewers double precision;
COMMENT ON COLUMN dm.probe_schedule.top_viewers IS 'The most viewers that a probe counted of the broadcast of live_started_at; null where none counted any.';
COMMENT ON COLUMN dm.probe_schedule.usual_viewers IS 'The usual viewers of the channel when the first probe saw the broadcast of live_started_at: the median of the averages of its last ten sessions before, null for fewer than three.';
