-- What was erased, and how far an erasure has come. While one is under way its subject is sealed; afterwards only a keyed hash of it is left.
CREATE TABLE dm.erasure (
  id               text CONSTRAINT erasure_pkey PRIMARY KEY,
  kind             text NOT NULL CONSTRAINT chk_erasure_kind CHECK (kind IN ('channel', 'chatter')),
  subject_hash     text NOT NULL,
  sealed_subject   text,
  requested_by     jsonb NOT NULL,
  requested_at     timestamptz(3) NOT NULL DEFAULT now(),
  messages         bigint,
  follows          bigint NOT NULL DEFAULT 0,
  archived_through timestamptz(3),
  waits_for        text,
  leased_by        text,
  leased_until     timestamptz(3),
  finished_at      timestamptz(3),
  CONSTRAINT chk_erasure_forgotten CHECK ((finished_at IS NULL) = (sealed_subject IS NOT NULL))
);
-- One erasure of a subject at a time; a second request joins it.
CREATE UNIQUE INDEX uq_erasure_unfinished ON dm.erasure (subject_hash) WHERE finished_at IS NULL;

COMMENT ON TABLE dm.erasure IS 'What was erased, or is being erased. Written in the transaction of the request, continued by any node, and kept without the subject.';
COMMENT ON COLUMN dm.erasure.id IS 'ULID; a later erasure has a greater one.';
COMMENT ON COLUMN dm.erasure.kind IS 'What is erased: channel or chatter.';
COMMENT ON COLUMN dm.erasure.subject_hash IS 'Keyed hash of the subject: whoever has CONFIG_KEYS can check whether somebody was erased, and nobody can list who was.';
COMMENT ON COLUMN dm.erasure.sealed_subject IS 'The subject, encrypted under CONFIG_KEYS; null once it is finished.';
COMMENT ON COLUMN dm.erasure.requested_by IS 'Who asked for it and by which request, as the audit log has them.';
COMMENT ON COLUMN dm.erasure.requested_at IS 'When it was asked for: what was received before is erased.';
COMMENT ON COLUMN dm.erasure.messages IS 'Chat messages that were removed, or are being removed; null until they are counted.';
COMMENT ON COLUMN dm.erasure.follows IS 'Follows that were removed.';
COMMENT ON COLUMN dm.erasure.archived_through IS 'The last archived hour that was searched; null before the first.';
COMMENT ON COLUMN dm.erasure.waits_for IS 'What it waits for, or why the last attempt failed, in one sentence without the subject; null when neither.';
COMMENT ON COLUMN dm.erasure.leased_by IS 'The node that works at it; it takes its lease up again after a restart.';
COMMENT ON COLUMN dm.erasure.leased_until IS 'Until when the lease holds; null when nobody has it.';
COMMENT ON COLUMN dm.erasure.finished_at IS 'When nothing was left of the subject; null until then.';

CREATE TABLE dm.erasure_node (
  erasure_id text NOT NULL CONSTRAINT erasure_node_erasure_id_fkey REFERENCES dm.erasure (id) ON DELETE CASCADE,
  node       text NOT NULL,
  cleaned_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT erasure_node_pkey PRIMARY KEY (erasure_id, node)
);

COMMENT ON TABLE dm.erasure_node IS 'The nodes whose spools have nothing from before an erasure any more. Written by each node for itself.';
COMMENT ON COLUMN dm.erasure_node.erasure_id IS 'The erasure.';
COMMENT ON COLUMN dm.erasure_node.node IS 'The node, as dm.spool_backlog names it.';
COMMENT ON COLUMN dm.erasure_node.cleaned_at IS 'When everything older was shipped and the file of the spool was rewritten.';

ALTER TABLE dm.chat_archive_log ADD COLUMN next_manifest jsonb;
COMMENT ON COLUMN dm.chat_archive_log.next_manifest IS 'What the archive will consist of when an erasure has rewritten it; null when none is at it.';

ALTER TABLE dm.status_journal ADD COLUMN erased_through bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN dm.status_journal.erased_through IS 'The greatest id of an event that went with its channel; 0 before the first. The head of the journal never goes back behind it.';

-- Only this function changes what was recorded: it takes the names out of what was done to something that is erased.
CREATE FUNCTION dm.redact_audit_of(erased text) RETURNS void LANGUAGE sql AS $$
  UPDATE dm.audit_log SET
    before = CASE WHEN before IS NOT NULL THEN '{"erased": true}'::jsonb END,
    after = CASE WHEN after IS NOT NULL THEN '{"erased": true}'::jsonb END
  WHERE target = erased AND action <> 'channel.delete'
$$;
COMMENT ON FUNCTION dm.redact_audit_of(text) IS 'Takes what was recorded of a target out of the audit log, because the target is erased. That something was done, by whom and when, stays.';
