-- The identity of a system, which a restore and a move keep. The place of its backups is known by it: nothing is removed from that of another system.
ALTER TABLE dm.status_journal
  ADD COLUMN system_id uuid NOT NULL DEFAULT gen_random_uuid();
COMMENT ON COLUMN dm.status_journal.system_id IS 'Identifies the system, also after a restore or a move. The place of its backups carries it.';
