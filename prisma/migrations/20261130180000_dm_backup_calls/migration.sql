-- Nodes of a tier stand still together for the moment of a backup, and hand over what waits on their disks.
CREATE TABLE dm.backup_call (
  id        text CONSTRAINT backup_call_pkey PRIMARY KEY,
  env       text NOT NULL,
  node      text NOT NULL,
  called_at timestamptz(3) NOT NULL DEFAULT now(),
  is_taken  boolean NOT NULL DEFAULT false
);
CREATE TABLE dm.backup_answer (
  call_id  text NOT NULL CONSTRAINT backup_answer_call_id_fkey REFERENCES dm.backup_call (id) ON DELETE CASCADE,
  node     text NOT NULL,
  stood_at timestamptz(3),
  held     boolean NOT NULL DEFAULT false,
  refusal  text,
  spool    bytea,
  CONSTRAINT backup_answer_pkey PRIMARY KEY (call_id, node)
);

COMMENT ON TABLE dm.backup_call IS 'Backups that are under way and need other nodes to stand still for a moment. Written by the node that makes the backup, and removed by it.';
COMMENT ON COLUMN dm.backup_call.id IS 'The id of the backup.';
COMMENT ON COLUMN dm.backup_call.env IS 'The tier whose nodes are called.';
COMMENT ON COLUMN dm.backup_call.node IS 'The node that makes the backup; it does not answer.';
COMMENT ON COLUMN dm.backup_call.called_at IS 'When the nodes were called. After two minutes nobody answers any more.';
COMMENT ON COLUMN dm.backup_call.is_taken IS 'Whether the snapshots of the stores were taken: who stands still until then may go on.';
COMMENT ON TABLE dm.backup_answer IS 'What each called node answers. Written by each node for itself, and removed with the call.';
COMMENT ON COLUMN dm.backup_answer.call_id IS 'The call.';
COMMENT ON COLUMN dm.backup_answer.node IS 'The node, as dm.spool_backlog names it.';
COMMENT ON COLUMN dm.backup_answer.stood_at IS 'From when on it moved nothing from one store to another; null while it does.';
COMMENT ON COLUMN dm.backup_answer.held IS 'Whether it stood still until the snapshots were taken.';
COMMENT ON COLUMN dm.backup_answer.refusal IS 'Why it can not, in one sentence; null when it can.';
COMMENT ON COLUMN dm.backup_answer.spool IS 'The copy of its spool, a file of SQLite; null until it was sent.';
