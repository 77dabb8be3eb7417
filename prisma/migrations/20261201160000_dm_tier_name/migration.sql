-- The name of the tier, which every row of ClickHouse carries. A node with another one would write rows that nobody reads, and read none of those that are there.
ALTER TABLE dm.status_journal
  ADD COLUMN tier text;
COMMENT ON COLUMN dm.status_journal.tier IS 'The name of the tier, as its first node was given it; null before that.';
