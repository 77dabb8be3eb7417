-- Every node says for every table how far it has come, also where it holds nothing: what others have not heard of is not complete.
ALTER TABLE dm.spool_backlog ADD COLUMN holds boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN dm.spool_backlog.oldest_at IS
  'Rows from before then have all been brought further: the oldest row that the node holds or is about to append, else when it said so.';
COMMENT ON COLUMN dm.spool_backlog.holds IS 'Whether rows for the target are on the node''s disk.';
