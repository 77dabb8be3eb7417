-- What a target answered last, so that its health is one row.
ALTER TABLE public.alert_target
  ADD COLUMN answered_at    timestamptz(3),
  ADD COLUMN answer_outcome text,
  ADD COLUMN answer_status  integer,
  ADD COLUMN answer         text,
  ADD COLUMN answer_ms      integer,
  ADD CONSTRAINT chk_alert_target_answer CHECK (
    (answered_at IS NULL) = (answer_outcome IS NULL) AND (answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL) = (answer_ms IS NULL)),
  ADD CONSTRAINT chk_alert_target_answer_outcome CHECK (answer_outcome IN ('delivered', 'retry', 'refused'));

COMMENT ON COLUMN public.alert_target.answered_at IS 'When an attempt last ended, to ten seconds where it was delivered; null before the first one. Written by the nodes that deliver, as what follows.';
COMMENT ON COLUMN public.alert_target.answer_outcome IS 'What came of it: delivered, retry or refused.';
COMMENT ON COLUMN public.alert_target.answer_status IS 'Status of the answer; null where there was none.';
COMMENT ON COLUMN public.alert_target.answer IS 'The beginning of the answer, or why there was none.';
COMMENT ON COLUMN public.alert_target.answer_ms IS 'How long it took, in milliseconds.';

-- What a rule told lately.
CREATE INDEX idx_alert_rule_newest ON public.alert (rule_id, created_at DESC) WHERE rule_id IS NOT NULL;
