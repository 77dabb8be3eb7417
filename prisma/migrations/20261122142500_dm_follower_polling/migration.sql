-- When a platform is next asked for the followers of a channel, and when it last was: where every user costs money, the
-- channels asked for in a day are its spending. Written before the call, so that a crash never spends twice.
ALTER TABLE dm.probe_schedule
  ADD COLUMN followers_due_at   timestamptz(3) NOT NULL DEFAULT now(),
  ADD COLUMN followers_asked_at timestamptz(3),
  -- A total that no probe has carried into the history yet.
  ADD COLUMN followers_told     integer;
CREATE INDEX idx_probe_schedule_followers_due ON dm.probe_schedule (followers_due_at);
