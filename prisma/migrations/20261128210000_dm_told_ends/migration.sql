-- What the platforms said about ends, kept as it was said: of which broadcast an end is, and whether it stands, follows from everything
-- that is known, and more may become known later.
CREATE TABLE dm.told_end (
  id                 bigserial PRIMARY KEY,
  channel_id         bigint NOT NULL REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  ended_at           timestamptz(3) NOT NULL,
  -- What it names; neither where the platform does not say which broadcast ended.
  started_at         timestamptz(3),
  platform_stream_id text,
  source             text NOT NULL,
  CONSTRAINT chk_told_end_name CHECK (started_at IS NULL OR platform_stream_id IS NULL),
  CONSTRAINT chk_told_end_order CHECK (ended_at >= started_at),
  CONSTRAINT chk_told_end_source CHECK (source IN ('webhook', 'operator'))
);
CREATE UNIQUE INDEX uq_told_end ON dm.told_end
  (channel_id, ended_at, coalesce(started_at, '-infinity'), coalesce(platform_stream_id, ''), source);
INSERT INTO dm.told_end (channel_id, ended_at, started_at, source)
  SELECT channel_id, ended_at, started_at, end_source FROM dm.stream_session WHERE end_source IN ('webhook', 'operator');

ALTER TABLE dm.stream_session ADD COLUMN told_live_at timestamptz(3);
COMMENT ON COLUMN dm.stream_session.told_live_at IS 'When the platform said last, unasked, that it was on; null where it never did';
COMMENT ON COLUMN dm.stream_session.ended_at IS 'Where the platform said that it ended, or where it was last seen';
COMMENT ON COLUMN dm.stream_session.end_source IS 'Who said that it ended; poll where that was inferred';
