-- Only this function changes what was recorded: it takes the names out of what was done to something that is erased.
CREATE FUNCTION public.redact_audit_of(erased text) RETURNS void LANGUAGE sql AS $$
  UPDATE public.audit_log SET
    before = CASE WHEN before IS NOT NULL THEN '{"erased": true}'::jsonb END,
    after = CASE WHEN after IS NOT NULL THEN '{"erased": true}'::jsonb END
  WHERE target = erased AND action <> 'channel.delete'
$$;
COMMENT ON FUNCTION public.redact_audit_of(text) IS 'Takes what was recorded of a target out of the audit log, because the target is erased. That something was done, by whom and when, stays.';
