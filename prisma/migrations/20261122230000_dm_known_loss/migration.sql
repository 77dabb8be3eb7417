-- Rows that were kept here once and are lost: whoever reads history of that time is told so.
CREATE TABLE dm.known_loss (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  env         text NOT NULL,
  -- What lost them.
  source      text NOT NULL CONSTRAINT chk_known_loss_source CHECK (source IN ('clickhouse', 'spool')),
  -- The table or queue that the rows were in or for.
  target      text NOT NULL,
  -- What is damaged: the same name however often it is found.
  name        text NOT NULL,
  -- The rows lie in this half-open stretch of time, by their own instants.
  from_at     timestamptz(3) NOT NULL,
  to_at       timestamptz(3) NOT NULL,
  -- NULL when it is not known how many they were.
  row_count   bigint,
  -- Where the damaged thing lies, for repair; NULL when nothing is left of it.
  set_aside   text,
  found_at    timestamptz(3) NOT NULL DEFAULT now(),
  -- When somebody decided that nothing will be repaired.
  accepted_at timestamptz(3),
  CONSTRAINT chk_known_loss_span CHECK (from_at <= to_at),
  CONSTRAINT uq_known_loss UNIQUE (env, source, target, name)
);
