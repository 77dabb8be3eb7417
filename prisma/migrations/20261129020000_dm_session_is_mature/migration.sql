ALTER TABLE dm.stream_session ADD COLUMN is_mature boolean;
COMMENT ON COLUMN dm.stream_session.is_mature IS 'Whether it is marked as not for minors, as observed last; null where nobody told.';
