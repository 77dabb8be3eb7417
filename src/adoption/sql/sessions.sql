-- Sessions. What a row of `public.kick_stream_sessions` says is made consistent first; the same rules are used by the steps, by the
-- triggers and by the comparison of both tables.

-- Whether a broadcast can have begun or ended then: after there were platforms, and not in the future.
CREATE OR REPLACE FUNCTION adoption.is_possible(at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT at >= '2000-01-01 00:00:00+00' AND at <= now() + interval '5 minutes'
$$;

-- Each broadcast of some users, as it can be stored: rows that are equal to the millisecond are one; an end that lies before the start
-- or in the future, and the missing end of a broadcast that another one followed, becomes the last probe, else the start.
CREATE OR REPLACE FUNCTION adoption.broadcasts_of(p_users text[], p_start timestamptz DEFAULT NULL) RETURNS TABLE (
  kick_user_id text, started_at timestamptz(3), ended_at timestamptz(3), title text, category text, peak_viewers integer, average_viewers float8,
  last_probe_at timestamptz(3), copies integer, told_end timestamptz, is_corrected boolean) LANGUAGE sql STABLE AS $$
  WITH told AS (
    SELECT s.kick_user_id, s.stream_started_at::timestamptz(3) AS started_at, max(s.stream_ended_at) AS told_end,
      (array_agg(s.title ORDER BY s.last_probe_at DESC NULLS LAST, s.id DESC) FILTER (WHERE s.title IS NOT NULL))[1] AS title,
      (array_agg(s.category ORDER BY s.last_probe_at DESC NULLS LAST, s.id DESC) FILTER (WHERE s.category IS NOT NULL))[1] AS category,
      max(s.peak_viewers) FILTER (WHERE s.peak_viewers >= 0) AS peak_viewers, max(s.avg_viewers) FILTER (WHERE s.avg_viewers >= 0)::float8 AS average_viewers,
      max(s.last_probe_at) AS last_probe_at, count(*)::integer AS copies
    FROM public.kick_stream_sessions s
    WHERE s.kick_user_id = ANY (p_users) AND adoption.user_of(s.kick_user_id) IS NOT NULL AND adoption.is_possible(s.stream_started_at)
      AND (p_start IS NULL OR s.stream_started_at BETWEEN p_start - interval '2 milliseconds' AND p_start + interval '2 milliseconds'
        AND s.stream_started_at::timestamptz(3) = p_start::timestamptz(3))
    GROUP BY 1, 2),
  judged AS (
    SELECT t.*, t.told_end >= t.started_at AND adoption.is_possible(t.told_end) AS is_possible,
      CASE WHEN t.told_end >= t.started_at AND adoption.is_possible(t.told_end) THEN NULL ELSE (
        SELECT n.stream_started_at::timestamptz(3) FROM public.kick_stream_sessions n
        WHERE n.kick_user_id = t.kick_user_id AND n.stream_started_at > t.started_at + interval '1 millisecond' AND adoption.is_possible(n.stream_started_at)
        ORDER BY n.stream_started_at LIMIT 1) END AS next_at
    FROM told t)
  SELECT j.kick_user_id, j.started_at,
    CASE WHEN j.is_possible THEN j.told_end::timestamptz(3)
      WHEN j.told_end IS NOT NULL OR j.next_at IS NOT NULL
        THEN greatest(j.started_at, least(CASE WHEN j.last_probe_at <= now() THEN j.last_probe_at ELSE j.started_at END, j.next_at))::timestamptz(3) END,
    j.title, j.category, j.peak_viewers, j.average_viewers, j.last_probe_at::timestamptz(3), j.copies, j.told_end,
    NOT coalesce(j.is_possible, false) AND (j.told_end IS NOT NULL OR j.next_at IS NOT NULL)
  FROM judged j
$$;

-- What of broadcasts is stored differently from how it was told, each with a key of its own.
CREATE OR REPLACE FUNCTION adoption.session_findings(p_users text[], p_start timestamptz DEFAULT NULL) RETURNS TABLE (kind text, row_key text, details jsonb, done text)
LANGUAGE sql STABLE AS $$
  SELECT f.kind, b.kick_user_id || ' ' || to_char(b.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), f.details, f.done
  FROM adoption.broadcasts_of(p_users, p_start) b
  CROSS JOIN LATERAL (
    SELECT 'session-ends-before-start' AS kind, jsonb_build_object('toldEnd', b.told_end, 'end', b.ended_at) AS details,
      'it ends at its last probe, else at its start' AS done WHERE b.told_end < b.started_at
    UNION ALL SELECT 'session-ends-in-future', jsonb_build_object('toldEnd', b.told_end, 'end', b.ended_at),
      'it ends at its last probe, else at its start' WHERE b.is_corrected AND b.told_end > b.started_at
    UNION ALL SELECT 'session-open-beside-newer', jsonb_build_object('lastProbeAt', b.last_probe_at, 'end', b.ended_at),
      'it ends at its last probe, else at its start: a newer one has begun' WHERE b.is_corrected AND b.told_end IS NULL
    UNION ALL SELECT 'session-twice', jsonb_build_object('rows', b.copies),
      'rows that begin in the same millisecond are one session' WHERE b.copies > 1) f
  UNION ALL
  SELECT 'session-at-impossible-time', s.kick_user_id || ' row ' || s.id, jsonb_build_object('startedAt', s.stream_started_at), 'it is not taken over'
  FROM public.kick_stream_sessions s WHERE s.kick_user_id = ANY (p_users) AND (p_start IS NULL OR s.stream_started_at = p_start)
    AND adoption.user_of(s.kick_user_id) IS NOT NULL AND NOT adoption.is_possible(s.stream_started_at)
  UNION ALL
  SELECT 'user-id-missing', 'row ' || s.id, jsonb_build_object('startedAt', s.stream_started_at), 'no session: nobody knows whose it is'
  FROM public.kick_stream_sessions s WHERE s.kick_user_id = ANY (p_users) AND (p_start IS NULL OR s.stream_started_at = p_start) AND adoption.user_of(s.kick_user_id) IS NULL
$$;

-- Brings broadcasts of some users into dm.stream_session. A session that this program observed itself keeps its end.
CREATE OR REPLACE FUNCTION adoption.sync_sessions(p_users text[], p_start timestamptz DEFAULT NULL) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  stored integer;
  open_session record;
BEGIN
  -- One after the other for each channel: two that open a session of it at once would not see each other.
  PERFORM FROM dm.streamer_channel c WHERE c.platform = 'kick' AND c.platform_user_id IN (SELECT btrim(u) FROM unnest(p_users) u)
  ORDER BY c.id FOR NO KEY UPDATE;
  -- Ended ones first, so that a channel never has two without an end.
  WITH seen AS MATERIALIZED (
    SELECT c.id AS channel_id, b.*, adoption.past(coalesce(b.last_probe_at, b.started_at)) AS seen_at
    FROM adoption.broadcasts_of(p_users, p_start) b
    JOIN dm.streamer_channel c ON c.platform = 'kick' AND c.platform_user_id = btrim(b.kick_user_id) WHERE b.ended_at IS NOT NULL),
  written AS (
    INSERT INTO dm.stream_session AS s (channel_id, started_at, start_source, ended_at, end_source, title, category, last_live_at,
      details_observed_at, peak_viewers, average_viewers, provenance)
    SELECT DISTINCT ON (v.channel_id, v.started_at) v.channel_id, v.started_at, 'import', v.ended_at, 'import', v.title, v.category,
      least(v.last_probe_at, v.ended_at), CASE WHEN num_nonnulls(v.title, v.category) > 0 THEN v.seen_at ELSE 'epoch' END,
      v.peak_viewers, v.average_viewers, 'legacy'
    FROM seen v ORDER BY v.channel_id, v.started_at, v.ended_at DESC
    ON CONFLICT (channel_id, started_at) DO UPDATE SET
      ended_at = CASE WHEN s.provenance = 'legacy' AND coalesce(s.end_source, 'import') = 'import' THEN EXCLUDED.ended_at ELSE s.ended_at END,
      end_source = CASE WHEN s.provenance = 'legacy' AND coalesce(s.end_source, 'import') = 'import' THEN 'import' ELSE s.end_source END,
      title = CASE WHEN s.title IS NULL OR s.details_observed_at <= EXCLUDED.details_observed_at THEN coalesce(EXCLUDED.title, s.title) ELSE s.title END,
      category = CASE WHEN s.category IS NULL OR s.details_observed_at <= EXCLUDED.details_observed_at THEN coalesce(EXCLUDED.category, s.category) ELSE s.category END,
      details_observed_at = greatest(s.details_observed_at, EXCLUDED.details_observed_at),
      last_live_at = greatest(s.last_live_at, EXCLUDED.last_live_at), updated_at = now()
    WHERE (s.provenance = 'legacy' AND coalesce(s.end_source, 'import') = 'import' AND s.ended_at IS DISTINCT FROM EXCLUDED.ended_at)
      OR s.title IS NULL AND EXCLUDED.title IS NOT NULL OR s.category IS NULL AND EXCLUDED.category IS NOT NULL
      OR (s.details_observed_at <= EXCLUDED.details_observed_at AND (s.title, s.category) IS DISTINCT FROM (coalesce(EXCLUDED.title, s.title), coalesce(EXCLUDED.category, s.category)))
    RETURNING 1)
  SELECT count(*) INTO stored FROM written;
  -- An end that moves empties the aggregates, so what was counted before is put in after it. Nothing of ours is overwritten.
  UPDATE dm.stream_session s SET peak_viewers = b.peak_viewers, average_viewers = b.average_viewers
  FROM adoption.broadcasts_of(p_users, p_start) b JOIN dm.streamer_channel c ON c.platform = 'kick' AND c.platform_user_id = btrim(b.kick_user_id)
  WHERE p_start IS NOT NULL AND s.channel_id = c.id AND s.started_at = b.started_at AND s.provenance = 'legacy' AND s.samples IS NULL AND s.aggregated_at IS NULL
    AND (s.peak_viewers, s.average_viewers) IS DISTINCT FROM (b.peak_viewers, b.average_viewers);
  -- At most one of a user has no end: the newest. One of ours that is newer ends it; one of ours that is older is over.
  FOR open_session IN
    SELECT c.id AS channel_id, b.*, adoption.past(coalesce(b.last_probe_at, b.started_at)) AS seen_at,
      (SELECT min(n.started_at) FROM dm.stream_session n WHERE n.channel_id = c.id AND n.started_at > b.started_at) AS next_at
    FROM adoption.broadcasts_of(p_users, p_start) b
    JOIN dm.streamer_channel c ON c.platform = 'kick' AND c.platform_user_id = btrim(b.kick_user_id) WHERE b.ended_at IS NULL
  LOOP
    UPDATE dm.stream_session s SET end_source = 'import', updated_at = now(),
      ended_at = greatest(s.started_at, least(s.last_live_at, open_session.started_at))
    WHERE s.channel_id = open_session.channel_id AND s.ended_at IS NULL AND s.started_at < open_session.started_at;
    INSERT INTO dm.stream_session AS s (channel_id, started_at, start_source, ended_at, end_source, title, category, last_live_at,
      details_observed_at, provenance)
    SELECT open_session.channel_id, open_session.started_at, 'import',
      CASE WHEN open_session.next_at IS NOT NULL THEN greatest(open_session.started_at, least(open_session.last_probe_at, open_session.next_at)) END,
      CASE WHEN open_session.next_at IS NOT NULL THEN 'import' END, open_session.title, open_session.category, adoption.past(open_session.last_probe_at),
      CASE WHEN num_nonnulls(open_session.title, open_session.category) > 0 THEN open_session.seen_at ELSE 'epoch' END, 'legacy'
    ON CONFLICT (channel_id, started_at) DO UPDATE SET
      ended_at = CASE WHEN s.provenance = 'legacy' AND s.end_source = 'import' THEN EXCLUDED.ended_at ELSE s.ended_at END,
      end_source = CASE WHEN s.provenance = 'legacy' AND s.end_source = 'import' THEN EXCLUDED.end_source ELSE s.end_source END,
      title = CASE WHEN s.title IS NULL OR s.details_observed_at <= EXCLUDED.details_observed_at THEN coalesce(EXCLUDED.title, s.title) ELSE s.title END,
      category = CASE WHEN s.category IS NULL OR s.details_observed_at <= EXCLUDED.details_observed_at THEN coalesce(EXCLUDED.category, s.category) ELSE s.category END,
      details_observed_at = greatest(s.details_observed_at, EXCLUDED.details_observed_at),
      last_live_at = greatest(s.last_live_at, EXCLUDED.last_live_at), updated_at = now();
    stored := stored + 1;
  END LOOP;
  RETURN stored;
END $$;

-- Its plans are kept: to plan these statements anew for each row takes several times as long as to run them.
CREATE OR REPLACE FUNCTION adoption.session_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = force_generic_plan SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
DECLARE
  told record;
  chan bigint;
  is_named boolean := false;
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  IF TG_OP <> 'INSERT' THEN
    IF TG_OP = 'DELETE' OR (OLD.kick_user_id, OLD.stream_started_at) IS DISTINCT FROM (NEW.kick_user_id, NEW.stream_started_at) THEN
      DELETE FROM dm.stream_session s USING dm.streamer_channel c
      WHERE c.id = s.channel_id AND c.platform = 'kick' AND c.platform_user_id = btrim(OLD.kick_user_id) AND s.started_at = OLD.stream_started_at::timestamptz(3)
        AND NOT EXISTS (SELECT FROM adoption.broadcasts_of(ARRAY[OLD.kick_user_id], OLD.stream_started_at));
      PERFORM adoption.sync_sessions(ARRAY[OLD.kick_user_id], o.stream_started_at) FROM public.kick_stream_sessions o
      WHERE o.kick_user_id = OLD.kick_user_id AND o.stream_ended_at IS NULL;
    END IF;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    chan := adoption.ensure_channel('kick', NEW.kick_user_id, NEW.stream_started_at);
    -- A new session ends those before it that are still open.
    FOR told IN SELECT o.stream_started_at FROM public.kick_stream_sessions o
      WHERE o.kick_user_id = NEW.kick_user_id AND (o.stream_ended_at IS NULL OR o.stream_started_at = NEW.stream_started_at) ORDER BY 1 LOOP
      PERFORM adoption.sync_sessions(ARRAY[NEW.kick_user_id], told.stream_started_at);
      PERFORM adoption.report(f.kind, 'public.kick_stream_sessions', f.row_key, f.details, f.done)
      FROM adoption.session_findings(ARRAY[NEW.kick_user_id], told.stream_started_at) f;
    END LOOP;
    -- A system may lack profiles.
    IF TG_OP = 'INSERT' AND to_regclass('public.streamer_channels') IS NOT NULL THEN
      is_named := EXISTS (SELECT FROM public.streamer_channels r WHERE r.channel_id = chan AND adoption.slug_of(r.channel_name) IS NOT NULL);
    END IF;
    IF TG_OP = 'INSERT' AND NOT is_named THEN
      PERFORM adoption.set_slug(chan, adoption.slug_of(NEW.channel_name), NEW.stream_started_at);
    END IF;
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'public.kick_stream_sessions', coalesce(NEW.kick_user_id, OLD.kick_user_id), jsonb_build_object('error', SQLERRM),
    'looked after by the step repair');
  RETURN NULL;
END $$;

-- Sessions that Channelscope observes. Only what has changed is written, so that what an old row tells better stays.
CREATE OR REPLACE FUNCTION adoption.own_session_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
DECLARE
  c dm.streamer_channel;
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  SELECT * INTO c FROM dm.streamer_channel WHERE id = coalesce(NEW.channel_id, OLD.channel_id);
  IF c.platform IS DISTINCT FROM 'kick' THEN
    PERFORM set_config('adoption.syncing', 'off', true);
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' THEN
    DELETE FROM public.kick_stream_sessions WHERE kick_user_id = c.platform_user_id AND stream_started_at::timestamptz(3) = OLD.started_at;
    PERFORM set_config('adoption.syncing', 'off', true);
    RETURN NULL;
  END IF;
  UPDATE public.kick_stream_sessions s SET
    stream_ended_at = CASE WHEN TG_OP = 'INSERT' OR NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN NEW.ended_at ELSE s.stream_ended_at END,
    title = CASE WHEN TG_OP = 'INSERT' OR NEW.title IS DISTINCT FROM OLD.title THEN coalesce(NEW.title, s.title) ELSE s.title END,
    category = CASE WHEN TG_OP = 'INSERT' OR NEW.category IS DISTINCT FROM OLD.category THEN coalesce(NEW.category, s.category) ELSE s.category END,
    peak_viewers = greatest(s.peak_viewers, NEW.peak_viewers),
    avg_viewers = CASE WHEN NEW.aggregated_at IS NOT NULL AND NEW.average_viewers < 9999999999 THEN round(NEW.average_viewers::numeric, 2) ELSE s.avg_viewers END,
    last_probe_at = greatest(s.last_probe_at, NEW.last_live_at)
  WHERE s.kick_user_id = c.platform_user_id AND s.stream_started_at::timestamptz(3) = NEW.started_at
    AND s.stream_started_at BETWEEN NEW.started_at - interval '2 milliseconds' AND NEW.started_at + interval '2 milliseconds';
  IF NOT FOUND THEN
    INSERT INTO public.kick_stream_sessions (kick_user_id, channel_id, channel_name, stream_started_at, stream_ended_at, title, category, peak_viewers, avg_viewers, last_probe_at)
    VALUES (c.platform_user_id, c.id, c.current_slug, NEW.started_at, NEW.ended_at, NEW.title, NEW.category, NEW.peak_viewers,
      CASE WHEN NEW.average_viewers < 9999999999 THEN round(NEW.average_viewers::numeric, 2) END, NEW.last_live_at)
    ON CONFLICT (kick_user_id, stream_started_at) DO NOTHING;
  END IF;
  -- An end that moves empties the aggregates: what was counted before stands until telemetry has better.
  IF TG_OP = 'UPDATE' AND NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
    UPDATE dm.stream_session s SET peak_viewers = b.peak_viewers, average_viewers = b.average_viewers
    FROM adoption.broadcasts_of(ARRAY[c.platform_user_id], NEW.started_at) b
    WHERE s.id = NEW.id AND s.provenance = 'legacy' AND s.peak_viewers IS NULL AND s.samples IS NULL AND s.aggregated_at IS NULL AND b.started_at = s.started_at;
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'dm.stream_session', coalesce(NEW.channel_id, OLD.channel_id)::text, jsonb_build_object('error', SQLERRM),
    'looked after by the step repair');
  RETURN NULL;
END $$;
