-- What reconciliation with a platform has to remember.
ALTER TABLE dm.event_subscription ADD COLUMN error text, ADD COLUMN failures integer NOT NULL DEFAULT 0,
  ADD COLUMN retry_at timestamptz(3), ADD COLUMN missing_since timestamptz(3);
COMMENT ON COLUMN dm.event_subscription.error IS 'Why the platform does not deliver, as it said last';
COMMENT ON COLUMN dm.event_subscription.failures IS 'Refusals in a row';
COMMENT ON COLUMN dm.event_subscription.retry_at IS 'Not asked for again before this';
COMMENT ON COLUMN dm.event_subscription.missing_since IS 'Since when it should exist and the platform does not list it';

-- The platform goes on listing for minutes what was removed.
CREATE TABLE dm.event_subscription_removal (
  platform                 text NOT NULL,
  platform_subscription_id text NOT NULL,
  removed_at               timestamptz(3) NOT NULL,
  PRIMARY KEY (platform, platform_subscription_id)
);
CREATE INDEX idx_event_subscription_removal_removed ON dm.event_subscription_removal (removed_at);

-- One row per type of event: for how long it has been quiet although it should not be.
CREATE TABLE dm.event_type_watch (
  platform    text NOT NULL,
  event       text NOT NULL,
  quiet_since timestamptz(3) NOT NULL,
  checked_at  timestamptz(3) NOT NULL,
  renewed_at  timestamptz(3),
  PRIMARY KEY (platform, event)
);
