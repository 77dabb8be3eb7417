-- Silence is judged for each subscription, against what its channel does and how it usually sounds, and it is renewed less and less often.
ALTER TABLE dm.event_subscription ADD COLUMN usual_gap_seconds integer, ADD COLUMN renewals integer NOT NULL DEFAULT 0,
  ADD COLUMN renewed_at timestamptz(3);
COMMENT ON COLUMN dm.event_subscription.usual_gap_seconds IS 'The longest time between two events, forgotten by a tenth with every newer one';
COMMENT ON COLUMN dm.event_subscription.renewals IS 'How often in a row it was ended and asked for again for its silence';

-- One row a type of event, and one of the event * for the platform as a whole.
ALTER TABLE dm.event_type_watch ADD COLUMN watched_since timestamptz(3), ADD COLUMN expected integer NOT NULL DEFAULT 0,
  ADD COLUMN silent integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN dm.event_type_watch.watched_since IS 'Since when somebody looks without a long pause';
COMMENT ON COLUMN dm.event_type_watch.expected IS 'Subscriptions that should have delivered something by now, and of these the silent ones';
