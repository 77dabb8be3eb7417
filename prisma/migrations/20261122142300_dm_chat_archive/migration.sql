-- An export is begun by taking a lease on its window; lease_token is the fence that every later write checks. The plan says
-- where the window is cut into objects, so that a repeated export writes the same objects.
ALTER TABLE dm.chat_archive_log
  ADD COLUMN plan         jsonb,
  ADD COLUMN lease_token  bigint NOT NULL DEFAULT 0,
  ADD COLUMN leased_until timestamptz(3);
