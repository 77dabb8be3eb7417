-- What nodes hold in their spools and have not brought further: until then no node may call that history complete.
CREATE TABLE dm.spool_backlog (
  env       text NOT NULL,
  -- The same after a restart on the same data directory.
  node      text NOT NULL,
  -- The table or queue that the rows are for.
  target    text NOT NULL,
  oldest_at timestamptz(3) NOT NULL,
  told_at   timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (env, node, target)
) WITH (fillfactor = 50);
