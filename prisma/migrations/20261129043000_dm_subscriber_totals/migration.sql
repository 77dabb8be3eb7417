-- How many people pay for a subscription to a channel, where its platform tells that.
ALTER TABLE dm.streamer_channel ADD COLUMN subscriber_count integer;
COMMENT ON COLUMN dm.streamer_channel.subscriber_count IS 'Active subscribers as the platform last told them; null where it never did.';

ALTER TABLE dm.probe_schedule ADD COLUMN subscribers_told integer;
COMMENT ON COLUMN dm.probe_schedule.subscribers_told IS 'A total of subscribers that no probe has carried into the history yet; null when there is none.';
