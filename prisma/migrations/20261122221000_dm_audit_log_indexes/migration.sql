-- Who did it, what was done, and to what: each read newest first, a page at a time.
CREATE INDEX idx_dm_audit_subject ON dm.audit_log (subject, id DESC);
CREATE INDEX idx_dm_audit_action ON dm.audit_log (action, id DESC);
CREATE INDEX idx_dm_audit_target ON dm.audit_log (target, id DESC);
