-- Which platforms there are is said by the program that writes here: another one needs no migration.
ALTER TABLE dm.streamer_channel DROP CONSTRAINT chk_channel_platform;
ALTER TABLE dm.streamer_channel ADD CONSTRAINT chk_channel_platform CHECK (platform ~ '^[a-z][a-z0-9_]{0,29}$');

COMMENT ON COLUMN dm.streamer_channel.platform IS 'The platform by its stored name, such as kick or twitch.';
