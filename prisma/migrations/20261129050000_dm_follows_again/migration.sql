-- One row for each time that somebody followed a channel: who unfollows and follows again has several. Platforms do not number follows, so one
-- that is told again within an hour is the same follow.
ALTER TABLE dm.kick_follow_event ADD COLUMN last_told_at timestamptz(3);
COMMENT ON COLUMN dm.kick_follow_event.last_told_at IS 'The latest instant at which the same follow was told once more; null where it was told once.';
COMMENT ON COLUMN dm.kick_follow_event.occurred_at IS 'When; the earliest instant where it was told several times. What is told within an hour of it, or of another instant of the same follow, is the same follow.';

DROP INDEX dm.uq_kick_follow_event_follower;
-- A person may follow again; never twice at one instant. Finds the follows of a person around an instant.
CREATE UNIQUE INDEX uq_kick_follow_event_follower ON dm.kick_follow_event (channel_id, follower_platform_user_id, occurred_at);
