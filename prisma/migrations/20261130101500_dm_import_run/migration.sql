-- What was brought in from files: one row for each import, with how far it is, so that one that was killed goes on.
CREATE TABLE dm.import_run (
  id          text PRIMARY KEY,
  env         text NOT NULL,
  kind        text NOT NULL,
  fingerprint text NOT NULL,
  source      text NOT NULL,
  state       jsonb NOT NULL DEFAULT '{}',
  report      jsonb,
  started_at  timestamptz(3) NOT NULL DEFAULT now(),
  updated_at  timestamptz(3) NOT NULL DEFAULT now(),
  finished_at timestamptz(3),
  CONSTRAINT chk_import_kind CHECK (kind IN ('viewers', 'chat', 'sessions', 'follows'))
);
COMMENT ON TABLE dm.import_run IS 'One row for each import of files, with how far it is. Written by the command import.';
COMMENT ON COLUMN dm.import_run.id IS 'ULID of the import. The tables that it works in carry it in their names.';
COMMENT ON COLUMN dm.import_run.env IS 'Whose history the rows go to.';
COMMENT ON COLUMN dm.import_run.kind IS 'viewers, chat, sessions or follows.';
COMMENT ON COLUMN dm.import_run.fingerprint IS 'SHA-256 of what tells these files, their mapping and the options from others. An import with the same one that has not ended goes on.';
COMMENT ON COLUMN dm.import_run.source IS 'The file or folder, as the command named it.';
COMMENT ON COLUMN dm.import_run.state IS 'How far it is; saved with every batch.';
COMMENT ON COLUMN dm.import_run.report IS 'What became of the rows. Null until it has ended.';
COMMENT ON COLUMN dm.import_run.started_at IS 'When it began. Retention is judged by this instant.';
COMMENT ON COLUMN dm.import_run.updated_at IS 'When it last saved how far it is.';
COMMENT ON COLUMN dm.import_run.finished_at IS 'When it ended. Null while it runs, or after it was interrupted.';
CREATE INDEX idx_import_run_open ON dm.import_run (fingerprint) WHERE finished_at IS NULL;
