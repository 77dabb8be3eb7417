-- Two jobs that fail are two topics of one kind.
ALTER TABLE public.alert_state RENAME COLUMN kind TO topic;
COMMENT ON COLUMN public.alert_state.topic IS 'What the happenings are alike in: their kind, with the job or the target where they are about one.';
COMMENT ON COLUMN public.alert_state.told_at IS 'When that happened which was told last.';
