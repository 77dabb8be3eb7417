-- Alerts: rules say what is told, targets where to, and deliveries what became of it. docs/alerts.md explains them.

-- =====================================================================================================================================
-- What happens in this environment
-- =====================================================================================================================================

CREATE SEQUENCE public.happening_id_seq AS bigint;
CREATE TABLE public.happening (
  id          bigint CONSTRAINT happening_pkey PRIMARY KEY DEFAULT nextval('public.happening_id_seq'),
  kind        text NOT NULL,
  channel_id  bigint,
  happened_at timestamptz(3) NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  facts       jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT chk_happening_kind CHECK (kind ~ '^[a-z]+(-[a-z]+)*$')
);
ALTER SEQUENCE public.happening_id_seq OWNED BY public.happening.id;
-- What is removed with a channel.
CREATE INDEX idx_happening_channel ON public.happening (channel_id) WHERE channel_id IS NOT NULL;
-- What a rule would have told in a range, and retention.
CREATE INDEX idx_happening_recorded ON public.happening (recorded_at);

COMMENT ON TABLE public.happening IS 'The same as dm.happening for what belongs to this environment: claims, its jobs, its alerts that do not arrive.';
COMMENT ON COLUMN public.happening.id IS 'Position in the log.';
COMMENT ON COLUMN public.happening.kind IS 'What happened: words in lower case, joined by hyphens.';
COMMENT ON COLUMN public.happening.channel_id IS 'The channel: an id of dm.streamer_channel, without a foreign key; null where it is about none.';
COMMENT ON COLUMN public.happening.happened_at IS 'When it happened, as far as is known.';
COMMENT ON COLUMN public.happening.recorded_at IS 'When it was written, by the clock of the database.';
COMMENT ON COLUMN public.happening.facts IS 'What else is known, as a JSON object.';

-- =====================================================================================================================================
-- Targets and rules
-- =====================================================================================================================================

CREATE TABLE public.alert_target (
  id            text CONSTRAINT alert_target_pkey PRIMARY KEY,
  name          text NOT NULL,
  kind          text NOT NULL,
  settings      jsonb NOT NULL DEFAULT '{}',
  secrets       text,
  version       integer NOT NULL DEFAULT 1,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_by    text NOT NULL,
  paused_at     timestamptz(3),
  paused_reason text,
  failures      integer NOT NULL DEFAULT 0,
  failing_since timestamptz(3),
  wait_until    timestamptz(3),
  delivered_at  timestamptz(3),
  CONSTRAINT chk_alert_target_id CHECK (id ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'),
  CONSTRAINT chk_alert_target_name CHECK (btrim(name) <> '' AND length(name) <= 100),
  CONSTRAINT chk_alert_target_kind CHECK (kind IN ('http', 'discord', 'slack', 'email')),
  -- The form of an encrypted value, as in public.configuration.
  CONSTRAINT chk_alert_target_sealed CHECK (secrets ~ '^v1\.[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{80}\.[A-Za-z0-9_-]{38,}$'),
  CONSTRAINT chk_alert_target_version CHECK (version > 0),
  CONSTRAINT chk_alert_target_paused CHECK ((paused_at IS NULL) = (paused_reason IS NULL)),
  CONSTRAINT chk_alert_target_failures CHECK ((failures = 0) = (failing_since IS NULL))
);

COMMENT ON TABLE public.alert_target IS 'Where alerts go. Written by operators, and their health by the nodes that deliver.';
COMMENT ON COLUMN public.alert_target.id IS 'ULID of the target.';
COMMENT ON COLUMN public.alert_target.name IS 'Name, as an operator wrote it.';
COMMENT ON COLUMN public.alert_target.kind IS 'http, discord, slack or email.';
COMMENT ON COLUMN public.alert_target.settings IS 'What is not secret about it, as a JSON object; its fields depend on the kind.';
COMMENT ON COLUMN public.alert_target.secrets IS 'What is secret about it: the sealed form of a JSON object. Null where nothing is.';
COMMENT ON COLUMN public.alert_target.version IS 'Counts the changes by operators; a change names the version that it replaces.';
COMMENT ON COLUMN public.alert_target.created_at IS 'When it was made.';
COMMENT ON COLUMN public.alert_target.updated_at IS 'When an operator last changed it.';
COMMENT ON COLUMN public.alert_target.updated_by IS 'Who changed it last.';
COMMENT ON COLUMN public.alert_target.paused_at IS 'Since when nothing is sent to it; null while something is.';
COMMENT ON COLUMN public.alert_target.paused_reason IS 'Why it is paused, as a sentence.';
COMMENT ON COLUMN public.alert_target.failures IS 'Attempts that failed since the last one that did not.';
COMMENT ON COLUMN public.alert_target.failing_since IS 'The first of these failed attempts; null where there is none.';
COMMENT ON COLUMN public.alert_target.wait_until IS 'Nothing is sent before: the target asked for it, or several attempts failed. Null where nothing waits.';
COMMENT ON COLUMN public.alert_target.delivered_at IS 'When something last arrived there, to ten seconds; null before the first time.';

CREATE TABLE public.alert_rule (
  id             text CONSTRAINT alert_rule_pkey PRIMARY KEY,
  name           text NOT NULL,
  is_enabled     boolean NOT NULL DEFAULT true,
  since          timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  kinds          text[] NOT NULL,
  channel_ids    bigint[],
  platform       text,
  streamer_id    integer CONSTRAINT alert_rule_streamer_id_fkey REFERENCES public.streamers (id) ON DELETE CASCADE,
  conditions     jsonb NOT NULL DEFAULT '{}',
  quiet          jsonb,
  window_seconds integer,
  version        integer NOT NULL DEFAULT 1,
  created_at     timestamptz(3) NOT NULL DEFAULT now(),
  updated_at     timestamptz(3) NOT NULL DEFAULT now(),
  updated_by     text NOT NULL,
  CONSTRAINT chk_alert_rule_id CHECK (id ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$'),
  CONSTRAINT chk_alert_rule_name CHECK (btrim(name) <> '' AND length(name) <= 100),
  CONSTRAINT chk_alert_rule_kinds CHECK (cardinality(kinds) > 0),
  CONSTRAINT chk_alert_rule_window CHECK (window_seconds > 0),
  CONSTRAINT chk_alert_rule_version CHECK (version > 0)
);
-- For the foreign key.
CREATE INDEX idx_alert_rule_streamer ON public.alert_rule (streamer_id) WHERE streamer_id IS NOT NULL;

COMMENT ON TABLE public.alert_rule IS 'Which happenings are told. Written by operators.';
COMMENT ON COLUMN public.alert_rule.id IS 'ULID of the rule.';
COMMENT ON COLUMN public.alert_rule.name IS 'Name, as an operator wrote it.';
COMMENT ON COLUMN public.alert_rule.is_enabled IS 'Whether it tells anything now.';
COMMENT ON COLUMN public.alert_rule.since IS 'It tells only what was recorded from then on: when it was made, or enabled again.';
COMMENT ON COLUMN public.alert_rule.kinds IS 'The kinds of happenings that it is about.';
COMMENT ON COLUMN public.alert_rule.channel_ids IS 'Only these channels: ids of dm.streamer_channel, without a foreign key. Null for all.';
COMMENT ON COLUMN public.alert_rule.platform IS 'Only channels of this platform; null for all.';
COMMENT ON COLUMN public.alert_rule.streamer_id IS 'Only channels that this streamer claims; null for all.';
COMMENT ON COLUMN public.alert_rule.conditions IS 'What more must be true, as a JSON object.';
COMMENT ON COLUMN public.alert_rule.quiet IS 'Hours in which it tells nothing, as a JSON object; null where there are none.';
COMMENT ON COLUMN public.alert_rule.window_seconds IS 'It tells of a channel and a kind at most once in as many seconds; null where it tells all.';
COMMENT ON COLUMN public.alert_rule.version IS 'Counts the changes; a change names the version that it replaces.';
COMMENT ON COLUMN public.alert_rule.created_at IS 'When it was made.';
COMMENT ON COLUMN public.alert_rule.updated_at IS 'When it was last changed.';
COMMENT ON COLUMN public.alert_rule.updated_by IS 'Who changed it last.';

CREATE TABLE public.alert_rule_target (
  rule_id   text NOT NULL CONSTRAINT alert_rule_target_rule_id_fkey REFERENCES public.alert_rule (id) ON DELETE CASCADE,
  target_id text NOT NULL CONSTRAINT alert_rule_target_target_id_fkey REFERENCES public.alert_target (id) ON DELETE CASCADE,
  CONSTRAINT alert_rule_target_pkey PRIMARY KEY (rule_id, target_id)
);
-- For the foreign key.
CREATE INDEX idx_alert_rule_target_target ON public.alert_rule_target (target_id);

COMMENT ON TABLE public.alert_rule_target IS 'To which targets a rule tells.';
COMMENT ON COLUMN public.alert_rule_target.rule_id IS 'The rule.';
COMMENT ON COLUMN public.alert_rule_target.target_id IS 'The target.';

-- =====================================================================================================================================
-- Deciding
-- =====================================================================================================================================

CREATE TABLE public.alert_cursor (
  singleton    boolean CONSTRAINT alert_cursor_pkey PRIMARY KEY DEFAULT true,
  epoch        text,
  journal_id   bigint NOT NULL DEFAULT 0,
  detail_id    bigint NOT NULL DEFAULT 0,
  happening_id bigint NOT NULL DEFAULT 0,
  own_id       bigint NOT NULL DEFAULT 0,
  CONSTRAINT chk_alert_cursor_singleton CHECK (singleton)
);
INSERT INTO public.alert_cursor DEFAULT VALUES;

COMMENT ON TABLE public.alert_cursor IS 'One row: how far the logs have been decided on. Whoever decides locks it, and moves it in the transaction that writes the alerts.';
COMMENT ON COLUMN public.alert_cursor.singleton IS 'Always true, so that there is one row.';
COMMENT ON COLUMN public.alert_cursor.epoch IS 'Epoch of the logs of dm that are followed; null before the first time.';
COMMENT ON COLUMN public.alert_cursor.journal_id IS 'The last id of dm.status_event that was decided on.';
COMMENT ON COLUMN public.alert_cursor.detail_id IS 'The last id of dm.session_detail that was decided on.';
COMMENT ON COLUMN public.alert_cursor.happening_id IS 'The last id of dm.happening that was decided on.';
COMMENT ON COLUMN public.alert_cursor.own_id IS 'The last id of public.happening that was decided on.';

CREATE TABLE public.alert_state (
  rule_id    text NOT NULL CONSTRAINT alert_state_rule_id_fkey REFERENCES public.alert_rule (id) ON DELETE CASCADE,
  channel_id bigint NOT NULL,
  kind       text NOT NULL,
  told_at    timestamptz(3) NOT NULL,
  CONSTRAINT alert_state_pkey PRIMARY KEY (rule_id, channel_id, kind)
);
-- What is removed with a channel.
CREATE INDEX idx_alert_state_channel ON public.alert_state (channel_id);

COMMENT ON TABLE public.alert_state IS 'When a rule that tells at most once in a while last told. Written together with the cursor.';
COMMENT ON COLUMN public.alert_state.rule_id IS 'The rule.';
COMMENT ON COLUMN public.alert_state.channel_id IS 'The channel; 0 for what is about none.';
COMMENT ON COLUMN public.alert_state.kind IS 'The kind of happening.';
COMMENT ON COLUMN public.alert_state.told_at IS 'When the happening was recorded that was told last.';

-- =====================================================================================================================================
-- Alerts and their deliveries
-- =====================================================================================================================================

CREATE TABLE public.alert (
  id          bigserial CONSTRAINT alert_pkey PRIMARY KEY,
  rule_id     text CONSTRAINT alert_rule_id_fkey REFERENCES public.alert_rule (id) ON DELETE SET NULL,
  happening   text NOT NULL,
  kind        text NOT NULL,
  channel_id  bigint,
  happened_at timestamptz(3) NOT NULL,
  recorded_at timestamptz(3) NOT NULL,
  message     jsonb NOT NULL,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  -- A rule tells a happening once.
  CONSTRAINT alert_rule_happening_key UNIQUE (rule_id, happening)
);
-- What is removed with a channel.
CREATE INDEX idx_alert_channel ON public.alert (channel_id) WHERE channel_id IS NOT NULL;
-- Retention.
CREATE INDEX idx_alert_created ON public.alert (created_at);

COMMENT ON TABLE public.alert IS 'A happening that a rule tells. Written together with the cursor, never changed.';
COMMENT ON COLUMN public.alert.id IS 'The alert.';
COMMENT ON COLUMN public.alert.rule_id IS 'The rule; null where it was deleted since.';
COMMENT ON COLUMN public.alert.happening IS 'The happening: its log with the epoch, and its position there.';
COMMENT ON COLUMN public.alert.kind IS 'The kind of happening.';
COMMENT ON COLUMN public.alert.channel_id IS 'The channel: an id of dm.streamer_channel, without a foreign key; null where it is about none.';
COMMENT ON COLUMN public.alert.happened_at IS 'When it happened, as far as is known.';
COMMENT ON COLUMN public.alert.recorded_at IS 'When it was recorded in its log.';
COMMENT ON COLUMN public.alert.message IS 'What targets are told, without the id of the delivery.';
COMMENT ON COLUMN public.alert.created_at IS 'When it was decided.';

CREATE TABLE public.alert_delivery (
  id           bigserial CONSTRAINT alert_delivery_pkey PRIMARY KEY,
  message_id   text NOT NULL CONSTRAINT alert_delivery_message_id_key UNIQUE,
  alert_id     bigint NOT NULL CONSTRAINT alert_delivery_alert_id_fkey REFERENCES public.alert (id) ON DELETE CASCADE,
  target_id    text NOT NULL CONSTRAINT alert_delivery_target_id_fkey REFERENCES public.alert_target (id) ON DELETE CASCADE,
  strand         bigint NOT NULL,
  state        text NOT NULL DEFAULT 'waiting',
  attempts     integer NOT NULL DEFAULT 0,
  tries        integer NOT NULL DEFAULT 0,
  due_at       timestamptz(3) NOT NULL DEFAULT now(),
  lease        uuid,
  leased_until timestamptz(3),
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  ended_at     timestamptz(3),
  CONSTRAINT chk_alert_delivery_message_id CHECK (message_id ~ '^dlv_[0-9a-f]{32}$'),
  CONSTRAINT chk_alert_delivery_state CHECK (state IN ('waiting', 'delivered', 'dead')),
  CONSTRAINT chk_alert_delivery_ended CHECK ((state = 'waiting') = (ended_at IS NULL)),
  CONSTRAINT chk_alert_delivery_lease CHECK ((lease IS NULL) = (leased_until IS NULL) AND (lease IS NULL OR state = 'waiting'))
);
-- The first of each strand that waits: nothing behind it is sent.
CREATE INDEX idx_alert_delivery_waiting ON public.alert_delivery (target_id, strand, id) WHERE state = 'waiting';
-- For the foreign key.
CREATE INDEX idx_alert_delivery_alert ON public.alert_delivery (alert_id);
-- Deliveries of a target, or in a state, with the newest first, a page at a time.
CREATE INDEX idx_alert_delivery_target ON public.alert_delivery (target_id, id DESC);
CREATE INDEX idx_alert_delivery_state ON public.alert_delivery (state, id DESC);

COMMENT ON TABLE public.alert_delivery IS 'An alert for a target. Written with the alert, and by the nodes that deliver.';
COMMENT ON COLUMN public.alert_delivery.id IS 'The delivery. A later one has a greater id, and waits for those of its target and strand before it.';
COMMENT ON COLUMN public.alert_delivery.message_id IS 'What the target knows it by; the same at every attempt. It follows from rule, happening and target.';
COMMENT ON COLUMN public.alert_delivery.alert_id IS 'The alert.';
COMMENT ON COLUMN public.alert_delivery.target_id IS 'The target.';
COMMENT ON COLUMN public.alert_delivery.strand IS 'What is delivered in order: a channel, 0 for what is about none.';
COMMENT ON COLUMN public.alert_delivery.state IS 'waiting, delivered, or dead: refused, or tried too often.';
COMMENT ON COLUMN public.alert_delivery.attempts IS 'How often it was tried in all.';
COMMENT ON COLUMN public.alert_delivery.tries IS 'How often it was tried since it was made or replayed.';
COMMENT ON COLUMN public.alert_delivery.due_at IS 'When it is tried next, at the earliest.';
COMMENT ON COLUMN public.alert_delivery.lease IS 'The attempt under way; null where there is none.';
COMMENT ON COLUMN public.alert_delivery.leased_until IS 'Until when nobody else tries it.';
COMMENT ON COLUMN public.alert_delivery.created_at IS 'When it was made.';
COMMENT ON COLUMN public.alert_delivery.ended_at IS 'When it was delivered or given up; null while it waits.';

CREATE TABLE public.alert_attempt (
  delivery_id bigint NOT NULL CONSTRAINT alert_attempt_delivery_id_fkey REFERENCES public.alert_delivery (id) ON DELETE CASCADE,
  number      integer NOT NULL,
  at          timestamptz(3) NOT NULL DEFAULT now(),
  outcome     text NOT NULL,
  status      integer,
  answer      text NOT NULL,
  ms          integer NOT NULL,
  CONSTRAINT alert_attempt_pkey PRIMARY KEY (delivery_id, number),
  CONSTRAINT chk_alert_attempt_outcome CHECK (outcome IN ('delivered', 'retry', 'refused'))
);

COMMENT ON TABLE public.alert_attempt IS 'What came of each attempt of a delivery. Written by the node that made it.';
COMMENT ON COLUMN public.alert_attempt.delivery_id IS 'The delivery.';
COMMENT ON COLUMN public.alert_attempt.number IS 'Which attempt of the delivery it was, from 1.';
COMMENT ON COLUMN public.alert_attempt.at IS 'When it ended.';
COMMENT ON COLUMN public.alert_attempt.outcome IS 'delivered, retry where it may go better later, or refused where it will not.';
COMMENT ON COLUMN public.alert_attempt.status IS 'Status of the answer; null where there was none.';
COMMENT ON COLUMN public.alert_attempt.answer IS 'The beginning of the answer, or why there was none.';
COMMENT ON COLUMN public.alert_attempt.ms IS 'How long it took, in milliseconds.';

CREATE TABLE public.alert_thread (
  target_id  text NOT NULL CONSTRAINT alert_thread_target_id_fkey REFERENCES public.alert_target (id) ON DELETE CASCADE,
  thread     text NOT NULL,
  channel_id bigint NOT NULL,
  state      text NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT alert_thread_pkey PRIMARY KEY (target_id, thread)
);
-- What is removed with a channel, and retention.
CREATE INDEX idx_alert_thread_channel ON public.alert_thread (channel_id);
CREATE INDEX idx_alert_thread_updated ON public.alert_thread (updated_at);

COMMENT ON TABLE public.alert_thread IS 'What a target keeps of a broadcast, such as the message that it edits. Written by the nodes that deliver.';
COMMENT ON COLUMN public.alert_thread.target_id IS 'The target.';
COMMENT ON COLUMN public.alert_thread.thread IS 'The broadcast, as messages name it.';
COMMENT ON COLUMN public.alert_thread.channel_id IS 'The channel: an id of dm.streamer_channel, without a foreign key.';
COMMENT ON COLUMN public.alert_thread.state IS 'What the target made of it; only the target understands it.';
COMMENT ON COLUMN public.alert_thread.updated_at IS 'When it was last written.';
