-- A journal that was moved to another database with all of its events goes on under its epoch there, and nowhere else: a copy that is restored
-- elsewhere is another journal.
ALTER TABLE dm.status_journal
  ADD COLUMN moved_epoch text,
  ADD COLUMN moved_place text;
COMMENT ON COLUMN dm.status_journal.moved_epoch IS 'The epoch that cursors carry, of a journal that was moved here with all of its events; null where it was not moved.';
COMMENT ON COLUMN dm.status_journal.moved_place IS 'The database in which the moved epoch holds: a hash of the cluster, its timeline and the database.';
