-- People are told that what other logs had before is not told.
ALTER TABLE public.alert_cursor ADD COLUMN begun_at timestamptz(3);
COMMENT ON COLUMN public.alert_cursor.begun_at IS 'When it left other logs and went on at the ends of these; null where it never did.';
