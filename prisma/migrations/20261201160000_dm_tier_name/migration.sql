-- The name of the tier, which every row of ClickHouse carries. A node with another one would write rows that nobody reads, and read none of those that are there.
ALTER TABLE dm.status_journal
  ADD COLUMN tier text;
COMMENT ON COLUMN dm.status_journal.tier IS 'The name of the tier, as whoever wrote its first rows was given it; null before that.';

-- Where all nodes of a running system agree, it has its name now.
UPDATE dm.status_journal SET tier = named.env
FROM (SELECT min(env) AS env FROM dm.spool_backlog HAVING count(DISTINCT env) = 1) named;
