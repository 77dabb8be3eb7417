-- Whether the simulated platform's past is in this database: one row at most.
CREATE TABLE dm.demo_past (
  one         boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (one),
  -- Names the attempt whose rows wait in the spool of the node that made it.
  attempt     text NOT NULL,
  begun_at    timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  -- Until then an interrupted start has left a part of it.
  finished_at timestamptz(3)
);
