-- Who did it, what was done, and to what: each read newest first, a page at a time.
CREATE INDEX idx_public_audit_subject ON public.audit_log (subject, id DESC);
CREATE INDEX idx_public_audit_action ON public.audit_log (action, id DESC);
CREATE INDEX idx_public_audit_target ON public.audit_log (target, id DESC);
