CREATE SEQUENCE dm.session_detail_id_seq AS bigint;
CREATE TABLE dm.session_detail (
  id                 bigint CONSTRAINT session_detail_pkey PRIMARY KEY DEFAULT nextval('dm.session_detail_id_seq'),
  channel_id         bigint NOT NULL CONSTRAINT session_detail_channel_id_fkey REFERENCES dm.streamer_channel (id) ON DELETE CASCADE,
  session_started_at timestamptz(3),
  said_at            timestamptz(3) NOT NULL,
  source             text NOT NULL,
  title              text,
  category           text,
  language           text,
  is_mature          boolean,
  created_at         timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT chk_session_detail_source CHECK (source IN ('poll', 'webhook', 'operator', 'import')),
  CONSTRAINT chk_session_detail_says CHECK (num_nonnulls(title, category, language, is_mature) > 0)
);
ALTER SEQUENCE dm.session_detail_id_seq OWNED BY dm.session_detail.id;
-- The same statement twice is one row; NULL has to count as a value here. Texts are compared by their hashes, because an index entry is short.
CREATE UNIQUE INDEX uq_session_detail ON dm.session_detail (channel_id, (coalesce(session_started_at, '-infinity')), said_at, source,
  md5(coalesce(title, '')), md5(coalesce(category, '')), md5(coalesce(language, '')), coalesce(is_mature::integer, -1));

COMMENT ON TABLE dm.session_detail IS 'What was said about title, category, language and mature flag of broadcasts, kept as it was said. Chapters of a session follow from all statements about it. Ids are given under an advisory lock that is held until the commit, so that the order of ids is the order of commits.';
COMMENT ON COLUMN dm.session_detail.id IS 'Place in the log. Cursors of subscribers consist of it and of the epoch of the journal.';
COMMENT ON COLUMN dm.session_detail.channel_id IS 'The channel that broadcasts.';
COMMENT ON COLUMN dm.session_detail.session_started_at IS 'Start of the broadcast that the statement names. Null where it names none: it is about the one that was on at that time.';
COMMENT ON COLUMN dm.session_detail.said_at IS 'Of which instant the statement speaks; of a probe in whole seconds, as in ClickHouse.';
COMMENT ON COLUMN dm.session_detail.source IS 'Who said so: poll, webhook, operator or import.';
COMMENT ON COLUMN dm.session_detail.title IS 'The title; null where it was not said.';
COMMENT ON COLUMN dm.session_detail.category IS 'The category; null where it was not said.';
COMMENT ON COLUMN dm.session_detail.language IS 'The language, as the platform writes it; null where it was not said.';
COMMENT ON COLUMN dm.session_detail.is_mature IS 'Whether it is marked as not for minors; null where it was not said.';
COMMENT ON COLUMN dm.session_detail.created_at IS 'When the row was made.';

ALTER TABLE dm.probe_schedule ADD COLUMN live_details jsonb;
COMMENT ON COLUMN dm.probe_schedule.live_details IS 'What the probe of last_live_at said of the broadcast: title, category, language and isMature, each absent where it was not said.';

-- What sessions show is what was said of them, as far as is known here.
INSERT INTO dm.session_detail (channel_id, session_started_at, said_at, source, title, category, language, is_mature)
SELECT channel_id, started_at, greatest(started_at, date_trunc('second', details_observed_at)), 'poll', title, category, language, is_mature
FROM dm.stream_session WHERE num_nonnulls(title, category, language, is_mature) > 0 ORDER BY started_at, id;
