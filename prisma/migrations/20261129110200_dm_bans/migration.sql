-- When channels were banned and came back, which is_banned forgets.
CREATE TABLE dm.channel_ban (
  id             bigserial CONSTRAINT channel_ban_pkey PRIMARY KEY,
  channel_id     bigint NOT NULL CONSTRAINT channel_ban_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  observed_from  timestamptz(3) NOT NULL,
  observed_until timestamptz(3),
  CONSTRAINT chk_channel_ban_period CHECK (observed_until > observed_from)
);
-- The bans of a channel. At most one of them is open.
CREATE UNIQUE INDEX uq_channel_ban_from ON dm.channel_ban (channel_id, observed_from DESC);
CREATE UNIQUE INDEX uq_channel_ban_open ON dm.channel_ban (channel_id) WHERE observed_until IS NULL;
-- Bans and returns of a range.
CREATE INDEX idx_channel_ban_from ON dm.channel_ban (observed_from DESC, id DESC);
CREATE INDEX idx_channel_ban_until ON dm.channel_ban (observed_until DESC, id DESC);

COMMENT ON TABLE dm.channel_ban IS 'When platforms no longer showed a channel, as half-open periods. Written together with is_banned of the channel, whose newest period is open while that is true.';
COMMENT ON COLUMN dm.channel_ban.id IS 'The period.';
COMMENT ON COLUMN dm.channel_ban.channel_id IS 'The channel.';
COMMENT ON COLUMN dm.channel_ban.observed_from IS 'When we noticed: the lookup that was the last one needed to tell. The ban itself came before. Of a channel that was banned when this table was made, its newest lookup of then.';
COMMENT ON COLUMN dm.channel_ban.observed_until IS 'When the channel was first seen again. Null while it is not.';

INSERT INTO dm.channel_ban (channel_id, observed_from)
SELECT id, greatest(profile_observed_at, first_seen_at) FROM dm.streamer_channel WHERE is_banned;
