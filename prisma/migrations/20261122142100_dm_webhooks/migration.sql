-- A delivery that is projected again after a crash is recognised by the microsecond at which it was received.
ALTER TABLE dm.webhook_message_ids ALTER COLUMN received_at TYPE timestamptz(6);

-- Who follows a channel is one fact, however often and under how many message ids it is told; the first time counts.
DELETE FROM dm.kick_follow_event later USING dm.kick_follow_event earlier
WHERE later.channel_id = earlier.channel_id
  AND later.follower_platform_user_id = earlier.follower_platform_user_id
  AND (later.occurred_at, later.id) > (earlier.occurred_at, earlier.id);
CREATE UNIQUE INDEX uq_kick_follow_event_follower ON dm.kick_follow_event (channel_id, follower_platform_user_id);
