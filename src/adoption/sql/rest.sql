-- The smaller tables: what is polled, what is subscribed to, calls, archives, deliveries, scores.

-- Fills the column that a writer does not know from the one that it does, and makes the channel of a user that nobody knew.
CREATE OR REPLACE FUNCTION adoption.fill_kick_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  IF TG_OP = 'UPDATE' AND adoption.is_gone(OLD.channel_id, NEW.channel_id) THEN
    PERFORM set_config('adoption.syncing', 'off', true);
    RETURN NEW;
  END IF;
  IF NEW.kick_user_id IS NULL AND NEW.channel_id IS NOT NULL THEN
    SELECT platform_user_id INTO NEW.kick_user_id FROM dm.streamer_channel WHERE id = NEW.channel_id AND platform = 'kick';
  ELSIF NEW.kick_user_id IS NOT NULL THEN
    NEW.channel_id := adoption.hold_channel('kick', NEW.kick_user_id);
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NEW;
EXCEPTION WHEN OTHERS THEN
  NEW.channel_id := NULL;
  PERFORM adoption.report('not-in-step', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, NEW.kick_user_id, jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NEW;
END $$;

-- Tables that are only added to: each new user has a channel.
CREATE OR REPLACE FUNCTION adoption.users_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  PERFORM adoption.ensure_channel(u.platform, u.platform_user_id) FROM (SELECT DISTINCT platform, platform_user_id FROM added) u
  WHERE NOT EXISTS (SELECT FROM dm.streamer_channel c WHERE c.platform = u.platform AND c.platform_user_id = u.platform_user_id);
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, '', jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NULL;
END $$;

-- Who is polled. Each system has times of its own, so that neither keeps the other from looking; what they share is for whom.
CREATE OR REPLACE FUNCTION adoption.sync_schedule(p_channels bigint[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO dm.probe_schedule AS d (channel_id, active, next_probe_at, interval_seconds, last_probed_at)
  SELECT DISTINCT ON (r.channel_id) r.channel_id, true, greatest(r.next_probe_at, now() - interval '1 day'), least(greatest(r.interval_seconds, 1), 86400), adoption.past(r.last_probed_at)
  FROM public.kick_streamer_probe_schedule r WHERE r.channel_id = ANY (p_channels) ORDER BY r.channel_id, r.last_probed_at DESC NULLS LAST
  ON CONFLICT (channel_id) DO UPDATE SET active = true, switched_at = now(), next_probe_at = least(d.next_probe_at, now()),
    last_probed_at = greatest(d.last_probed_at, EXCLUDED.last_probed_at)
  WHERE NOT d.active
$$;

CREATE OR REPLACE FUNCTION adoption.schedule_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  IF TG_OP <> 'INSERT' AND OLD.channel_id IS NOT NULL AND (TG_OP = 'DELETE' OR OLD.channel_id IS DISTINCT FROM NEW.channel_id) THEN
    UPDATE dm.probe_schedule SET active = false, switched_at = now(), followers_told = NULL, subscribers_told = NULL
    WHERE channel_id = OLD.channel_id AND active AND NOT EXISTS (SELECT FROM public.kick_streamer_probe_schedule WHERE channel_id = OLD.channel_id);
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.channel_id IS NOT NULL THEN
    PERFORM adoption.sync_schedule(ARRAY[NEW.channel_id]);
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'public.kick_streamer_probe_schedule', coalesce(NEW.kick_user_id, OLD.kick_user_id), jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION adoption.own_schedule_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.active AND NOT NEW.active THEN
    DELETE FROM public.kick_streamer_probe_schedule WHERE channel_id = OLD.channel_id;
  ELSIF NEW.active THEN
    INSERT INTO public.kick_streamer_probe_schedule (kick_user_id, channel_id, next_probe_at, last_probed_at, interval_seconds)
    SELECT platform_user_id, id, now(), NEW.last_probed_at, NEW.interval_seconds FROM dm.streamer_channel WHERE id = NEW.channel_id AND platform = 'kick'
    ON CONFLICT (kick_user_id) DO NOTHING;
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'dm.probe_schedule', coalesce(NEW.channel_id, OLD.channel_id)::text, jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NULL;
END $$;

-- Subscriptions: one for each channel and type. Of several the newest that has an id counts, and the others are reported.
CREATE OR REPLACE FUNCTION adoption.sync_subscriptions(p_channels bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM dm.event_subscription d WHERE d.channel_id = ANY (p_channels) AND d.platform_subscription_id IS NOT NULL
    AND EXISTS (SELECT FROM public.kick_event_subscriptions r WHERE r.channel_id = d.channel_id AND r.event_type = d.event AND r.subscription_id IS NOT NULL)
    AND NOT EXISTS (SELECT FROM public.kick_event_subscriptions r WHERE r.channel_id = d.channel_id AND r.event_type = d.event AND r.subscription_id = d.platform_subscription_id);
  INSERT INTO dm.event_subscription AS d (channel_id, event, platform_subscription_id, status, created_at, updated_at)
  SELECT DISTINCT ON (r.channel_id, r.event_type) r.channel_id, r.event_type, r.subscription_id,
    CASE WHEN r.subscription_id IS NULL THEN 'pending' ELSE 'active' END, adoption.past(r.created_at), adoption.past(r.created_at)
  FROM public.kick_event_subscriptions r WHERE r.channel_id = ANY (p_channels)
    AND NOT EXISTS (SELECT FROM dm.event_subscription o WHERE o.platform_subscription_id = r.subscription_id AND (o.channel_id, o.event) <> (r.channel_id, r.event_type))
  ORDER BY r.channel_id, r.event_type, (r.subscription_id IS NOT NULL) DESC, r.created_at DESC, r.id DESC
  ON CONFLICT (channel_id, event) DO UPDATE SET platform_subscription_id = EXCLUDED.platform_subscription_id, status = 'active', updated_at = now()
  WHERE d.platform_subscription_id IS NULL AND EXCLUDED.platform_subscription_id IS NOT NULL;
  PERFORM adoption.report('subscription-twice', 'public.kick_event_subscriptions', r.id::text,
    jsonb_build_object('userId', r.kick_user_id, 'event', r.event_type, 'subscriptionId', r.subscription_id), 'another row for the same channel and event counts; this one is ended when subscriptions are compared')
  FROM public.kick_event_subscriptions r WHERE r.channel_id = ANY (p_channels) AND r.subscription_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM dm.event_subscription d WHERE d.platform_subscription_id = r.subscription_id);
END $$;

CREATE OR REPLACE FUNCTION adoption.subscription_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  IF TG_OP <> 'INSERT' AND OLD.channel_id IS NOT NULL THEN
    DELETE FROM dm.event_subscription d WHERE d.channel_id = OLD.channel_id AND d.event = OLD.event_type AND d.platform_subscription_id IS NOT DISTINCT FROM OLD.subscription_id
      AND NOT EXISTS (SELECT FROM public.kick_event_subscriptions r WHERE r.channel_id = OLD.channel_id AND r.event_type = OLD.event_type AND r.subscription_id IS NOT DISTINCT FROM OLD.subscription_id);
    PERFORM adoption.sync_subscriptions(ARRAY[OLD.channel_id]);
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.channel_id IS NOT NULL THEN
    PERFORM adoption.sync_subscriptions(ARRAY[NEW.channel_id]);
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'public.kick_event_subscriptions', coalesce(NEW.id, OLD.id)::text, jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION adoption.own_subscription_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  IF TG_OP <> 'INSERT' AND OLD.platform_subscription_id IS NOT NULL AND (TG_OP = 'DELETE' OR NEW.platform_subscription_id IS DISTINCT FROM OLD.platform_subscription_id) THEN
    DELETE FROM public.kick_event_subscriptions WHERE subscription_id = OLD.platform_subscription_id;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.platform_subscription_id IS NOT NULL THEN
    INSERT INTO public.kick_event_subscriptions (kick_user_id, channel_id, event_type, subscription_id, created_at)
    SELECT platform_user_id, id, NEW.event, NEW.platform_subscription_id, NEW.created_at FROM dm.streamer_channel WHERE id = NEW.channel_id AND platform = 'kick'
    ON CONFLICT (subscription_id) DO NOTHING;
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'dm.event_subscription', coalesce(NEW.id, OLD.id)::text, jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NULL;
END $$;

-- Calls to Kick. What an old row tells of a call: no duration, and a body only of what failed.
CREATE OR REPLACE FUNCTION adoption.copy_calls(p_from bigint, p_to bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  copied integer;
BEGIN
  INSERT INTO dm.scrape_log (channel_id, platform, endpoint, requested_at, duration_ms, status, items, error, body)
  SELECT c.id, 'kick', split_part(r.url, '?', 1), adoption.past(r.fetched_at), 0, r.status, 0,
    CASE WHEN r.status IS NULL THEN 'no answer was recorded' WHEN r.status >= 400 THEN 'HTTP ' || r.status END, NULL
  FROM scrape.kick_raw r LEFT JOIN dm.streamer_channel c ON c.platform = 'kick' AND c.platform_user_id = btrim(r.kick_user_id)
  WHERE r.id > p_from AND r.id <= p_to ORDER BY r.id;
  GET DIAGNOSTICS copied = ROW_COUNT;
  RETURN copied;
END $$;

CREATE OR REPLACE FUNCTION adoption.call_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  PERFORM adoption.copy_calls(NEW.id - 1, NEW.id);
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'scrape.kick_raw', NEW.id::text, jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NULL;
END $$;

-- Exports of before. They have no windows and no manifests, so they are kept apart: their `env` is legacy, and no export is measured by them.
CREATE OR REPLACE FUNCTION adoption.copy_exports(p_from bigint, p_to bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  copied integer;
BEGIN
  INSERT INTO dm.chat_archive_log (env, window_from, window_to, rows_exported, files_written, success, error, created_at)
  SELECT 'legacy', at.shifted, at.shifted + interval '1 millisecond', r.rows_exported, r.files_written, r.success, r.error, adoption.past(r.created_at)
  FROM public.kick_chat_s3_archive_log r CROSS JOIN LATERAL (SELECT (date_trunc('milliseconds', r.created_at) + interval '1 millisecond' * (
    SELECT count(*) FROM public.kick_chat_s3_archive_log o WHERE o.id < r.id AND date_trunc('milliseconds', o.created_at) = date_trunc('milliseconds', r.created_at)))::timestamptz(3) AS shifted) at
  WHERE r.id > p_from AND r.id <= p_to ORDER BY r.id
  ON CONFLICT (env, window_from) DO NOTHING;
  GET DIAGNOSTICS copied = ROW_COUNT;
  RETURN copied;
END $$;

CREATE OR REPLACE FUNCTION adoption.export_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  PERFORM adoption.copy_exports(NEW.id - 1, NEW.id);
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'public.kick_chat_s3_archive_log', NEW.id::text, jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NULL;
END $$;

-- Deliveries of Kick: the ids of those that were processed, so that a repetition is known; and whose they are.
CREATE OR REPLACE FUNCTION adoption.copy_deliveries(p_from bigint, p_to bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  copied integer;
BEGIN
  PERFORM adoption.ensure_channel('kick', u.id, u.at) FROM (
    SELECT adoption.as_json(r.payload) #>> '{broadcaster,user_id}' AS id, min(r.received_at) AS at
    FROM webhooks.incoming r WHERE r.id > p_from AND r.id <= p_to AND r.source = 'kick' AND r.verified GROUP BY 1) u
  WHERE u.id ~ '^[1-9][0-9]{0,18}$';
  INSERT INTO dm.webhook_message_ids (source, message_id, received_at, receipt)
  SELECT 'kick', r.message_id, r.received_at, gen_random_uuid() FROM webhooks.incoming r
  WHERE r.id > p_from AND r.id <= p_to AND r.source = 'kick' AND r.verified AND r.processed AND r.message_id IS NOT NULL ORDER BY r.message_id
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS copied = ROW_COUNT;
  RETURN copied;
END $$;

CREATE OR REPLACE FUNCTION adoption.delivery_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  IF NEW.source = 'kick' THEN
    PERFORM adoption.note_write('webhooks.incoming', 'id');
    PERFORM adoption.copy_deliveries(NEW.id - 1, NEW.id);
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'webhooks.incoming', NEW.id::text, jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NULL;
END $$;

-- Scores: one table serves both systems. An object of factors as the old system writes it becomes a list of ours, and is kept as it was.
CREATE OR REPLACE FUNCTION adoption.factors_of(factors jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('name', f.key, 'value', CASE WHEN jsonb_typeof(f.value) = 'number' THEN f.value ELSE 'null'::jsonb END,
      'weight', 0, 'contribution', 0, 'explanation', 'As the system from before computed it: ' || (f.value #>> '{}')) ORDER BY f.key)
    FROM jsonb_each(CASE WHEN jsonb_typeof(factors) = 'object' THEN factors ELSE '{}' END) f), '[]')
$$;

CREATE OR REPLACE FUNCTION adoption.fill_score() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  IF NEW.platform_user_id IS NULL AND NEW.channel_id IS NOT NULL THEN
    SELECT platform, platform_user_id INTO NEW.platform, NEW.platform_user_id FROM dm.streamer_channel WHERE id = NEW.channel_id;
  ELSIF NEW.channel_id IS NULL THEN
    NEW.channel_id := adoption.ensure_channel(NEW.platform, NEW.platform_user_id, NEW.computed_at);
    PERFORM adoption.note_write('public.streamer_trust_scores', 'platform_user_id');
  END IF;
  -- A row that will meet its conflict goes on as an update, which has to see what was written.
  IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM public.streamer_trust_scores o WHERE (o.platform, o.platform_user_id) = (NEW.platform, NEW.platform_user_id)) THEN
    PERFORM set_config('adoption.syncing', 'off', true);
    RETURN NEW;
  END IF;
  IF jsonb_typeof(NEW.factors) = 'object' OR NEW.algorithm = 'legacy' AND (TG_OP = 'INSERT' OR NEW.legacy_factors IS NULL OR NEW.factors IS DISTINCT FROM OLD.factors) THEN
    NEW.legacy_factors := NEW.factors;
    NEW.factors := adoption.factors_of(NEW.factors);
    NEW.algorithm := 'legacy';
    PERFORM adoption.note_write('public.streamer_trust_scores', 'platform_user_id') WHERE TG_OP = 'UPDATE';
  END IF;
  IF NEW.score = 'NaN' OR NEW.score NOT BETWEEN 0 AND 100 THEN
    PERFORM adoption.report('score-out-of-range', 'public.streamer_trust_scores', NEW.platform || ':' || NEW.platform_user_id,
      jsonb_build_object('score', NEW.score::text), 'it is brought between 0 and 100');
    NEW.score := CASE WHEN NEW.score = 'NaN' THEN 0 ELSE greatest(0, least(100, NEW.score)) END;
  END IF;
  IF NEW.computed_at > now() + interval '5 minutes' THEN
    PERFORM adoption.report('score-of-the-future', 'public.streamer_trust_scores', NEW.platform || ':' || NEW.platform_user_id,
      jsonb_build_object('computedAt', NEW.computed_at), 'it counts as computed now, so that a later score can replace it');
    NEW.computed_at := now();
  END IF;
  IF EXISTS (SELECT FROM public.streamer_trust_scores o WHERE o.channel_id = NEW.channel_id AND (o.platform, o.platform_user_id) <> (NEW.platform, NEW.platform_user_id)) THEN
    NEW.channel_id := NULL;
  END IF;
  IF NEW.channel_id IS NULL THEN
    PERFORM adoption.report('score-without-channel', 'public.streamer_trust_scores', NEW.platform || ':' || NEW.platform_user_id, '{}', 'nobody knows whose it is: Phase B drops it');
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NEW;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'public.streamer_trust_scores', NEW.platform_user_id, jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NEW;
END $$;

-- A score of before is nobody's to forget while the old system counts on it.
CREATE OR REPLACE FUNCTION adoption.keep_score() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN CASE WHEN current_setting('application_name') LIKE 'channelscope%' THEN NULL ELSE OLD END;
END $$;

-- The rows of before of a channel that is gone: they would bring it back.
CREATE OR REPLACE FUNCTION adoption.forget_channel(p_platform text, p_user text, p_channel bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['public.streamer_channels', 'public.kick_stream_sessions', 'public.kick_streamer_probe_schedule',
    'public.kick_chat_messages', 'public.kick_event_subscriptions', 'scrape.kick_raw'] LOOP
    IF to_regclass(name) IS NOT NULL AND (p_platform = 'kick' OR name = 'public.streamer_channels') THEN
      EXECUTE format('DELETE FROM %s WHERE kick_user_id = $1 AND ($2 OR channel_id = $3)', name)
        USING p_user, name <> 'public.streamer_channels', p_channel;
    END IF;
  END LOOP;
  FOREACH name IN ARRAY ARRAY['public.kick_streamer_probe', 'public.streamer_trust_score_history', 'public.streamer_trust_scores'] LOOP
    -- A table of scores that is only ours names no users.
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(name) AND attname = 'platform_user_id' AND NOT attisdropped) THEN
      EXECUTE format('DELETE FROM %s WHERE platform_user_id = $1 AND platform = $2', name) USING p_user, p_platform;
    END IF;
  END LOOP;
END $$;

-- Who is deleted here is deleted there. Where somebody is in the way, the step repair does it.
CREATE OR REPLACE FUNCTION adoption.channel_deleted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  PERFORM adoption.forget_channel(OLD.platform, OLD.platform_user_id, OLD.id);
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN OLD;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'dm.streamer_channel', OLD.platform || ':' || OLD.platform_user_id,
    jsonb_build_object('error', SQLERRM, 'platform', OLD.platform, 'user', OLD.platform_user_id, 'deleted', OLD.id), 'looked after by the step repair');
  RETURN OLD;
END $$;

-- Gives rows of a table their channel that got none because somebody was in the way.
CREATE OR REPLACE FUNCTION adoption.fill_missing(p_table text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  named text := CASE WHEN p_table = 'public.streamer_channels' THEN 'platform' ELSE quote_literal('kick') END;
BEGIN
  IF to_regclass(p_table) IS NULL OR NOT EXISTS (SELECT FROM adoption.finding WHERE kind = 'not-in-step' AND table_name = p_table) THEN
    RETURN;
  ELSIF EXISTS (SELECT FROM pg_attribute WHERE attrelid = p_table::regclass AND attname = 'kick_user_id' AND NOT attisdropped) THEN
    EXECUTE format('UPDATE %s SET channel_id = adoption.ensure_channel(%s, kick_user_id) WHERE channel_id IS NULL AND adoption.user_of(kick_user_id) IS NOT NULL',
      p_table, named);
  ELSIF EXISTS (SELECT FROM pg_attribute WHERE attrelid = p_table::regclass AND attname = 'platform_user_id' AND NOT attisdropped) THEN
    EXECUTE format('SELECT count(adoption.ensure_channel(platform, platform_user_id)) FROM (SELECT DISTINCT platform, platform_user_id FROM %s) u', p_table);
  END IF;
END $$;

-- Does what a deletion could not do; a channel that came back meanwhile keeps its rows.
CREATE OR REPLACE FUNCTION adoption.forget_deleted() RETURNS void LANGUAGE sql AS $$
  SELECT adoption.forget_channel(f.details->>'platform', f.details->>'user', (f.details->>'deleted')::bigint)
  FROM adoption.finding f WHERE f.kind = 'not-in-step' AND f.details ? 'deleted'
    AND NOT EXISTS (SELECT FROM dm.streamer_channel c WHERE c.platform = f.details->>'platform' AND c.platform_user_id = f.details->>'user')
$$;
