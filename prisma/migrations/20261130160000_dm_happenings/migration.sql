-- What happens to channels and jobs and is in no log in the order of commits, so that alerts can follow it.
CREATE SEQUENCE dm.happening_id_seq AS bigint;
CREATE TABLE dm.happening (
  id          bigint CONSTRAINT happening_pkey PRIMARY KEY DEFAULT nextval('dm.happening_id_seq'),
  kind        text NOT NULL,
  channel_id  bigint CONSTRAINT happening_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  happened_at timestamptz(3) NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  facts       jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT chk_happening_kind CHECK (kind ~ '^[a-z]+(-[a-z]+)*$')
);
ALTER SEQUENCE dm.happening_id_seq OWNED BY dm.happening.id;
-- For the foreign key.
CREATE INDEX idx_happening_channel ON dm.happening (channel_id) WHERE channel_id IS NOT NULL;
-- What a rule would have told in a range, and retention.
CREATE INDEX idx_happening_recorded ON dm.happening (recorded_at);

COMMENT ON TABLE dm.happening IS 'What happened and is in no other log, for alerts: renames, bans, failed jobs. Written in the transaction of what it tells of. Ids are given under an advisory lock that is held until the commit, so that the order of ids is the order of commits.';
COMMENT ON COLUMN dm.happening.id IS 'Position in the log.';
COMMENT ON COLUMN dm.happening.kind IS 'What happened: words in lower case, joined by hyphens.';
COMMENT ON COLUMN dm.happening.channel_id IS 'The channel; null where it is about none.';
COMMENT ON COLUMN dm.happening.happened_at IS 'When it happened, as far as is known.';
COMMENT ON COLUMN dm.happening.recorded_at IS 'When it was written, by the clock of the database.';
COMMENT ON COLUMN dm.happening.facts IS 'What else is known, as a JSON object.';
