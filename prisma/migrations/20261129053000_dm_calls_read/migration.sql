-- Calls are read by operators: newest first, of a platform, of a channel, or only those that failed.
ALTER TABLE dm.scrape_log ADD COLUMN body text;
COMMENT ON TABLE dm.scrape_log IS 'Log of the calls to platforms. Written by whoever calls, and bounded: a job keeps a fixed number of the newest rows.';
COMMENT ON COLUMN dm.scrape_log.channel_id IS 'The channel, of a call about a single one; null of others and of a channel that was deleted.';
COMMENT ON COLUMN dm.scrape_log.error IS 'Why the call failed, or what could not be used of its answer; null when all is well.';
COMMENT ON COLUMN dm.scrape_log.body IS 'The first 2,048 characters of an answer that was a failure, with what looks like a secret struck out. Null of a success, of calls that carry tokens of users or secrets of ours, and where no answer came.';

DROP INDEX dm.idx_scrape_log_requested;
DROP INDEX dm.idx_scrape_log_channel;
CREATE INDEX idx_scrape_log_requested ON dm.scrape_log (requested_at DESC, id DESC);
CREATE INDEX idx_scrape_log_platform ON dm.scrape_log (platform, requested_at DESC, id DESC);
CREATE INDEX idx_scrape_log_channel ON dm.scrape_log (channel_id, requested_at DESC, id DESC) WHERE channel_id IS NOT NULL;
CREATE INDEX idx_scrape_log_failed ON dm.scrape_log (requested_at DESC, id DESC) WHERE error IS NOT NULL;
