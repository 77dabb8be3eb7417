-- Where a session or a follow comes from. Null, which is nearly every row, takes no room and no rewriting of the tables.
ALTER TABLE dm.stream_session
  ADD COLUMN provenance text,
  ADD CONSTRAINT chk_session_provenance CHECK (provenance IN ('import', 'legacy')) NOT VALID;
ALTER TABLE dm.stream_session VALIDATE CONSTRAINT chk_session_provenance;
COMMENT ON COLUMN dm.stream_session.provenance IS 'Where the row comes from: null when this program observed it, import when it was brought in from a file, legacy when it was taken over from tables of before.';

ALTER TABLE dm.kick_follow_event
  ADD COLUMN provenance text,
  ADD CONSTRAINT chk_follow_provenance CHECK (provenance IN ('import', 'legacy')) NOT VALID;
ALTER TABLE dm.kick_follow_event VALIDATE CONSTRAINT chk_follow_provenance;
COMMENT ON COLUMN dm.kick_follow_event.provenance IS 'Where the row comes from: null when a delivery told it, import when it was brought in from a file, legacy when it was taken over from tables of before.';
