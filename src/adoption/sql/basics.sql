-- What the triggers and the steps of an adoption share. Everything here goes with the schema `adoption`.
--
-- Writers of the system from before must never fail and never wait because of us. So every trigger catches what goes wrong, waits at
-- most a fifth of a second for a lock, and writes a finding down instead; the step `repair` looks after it. It runs with the rights of who
-- adopts, because the writers have none on what is ours.

CREATE OR REPLACE FUNCTION adoption.new_ulid() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', c + 1, 1), '' ORDER BY i) FROM (
    SELECT i, ((floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint >> (5 * (9 - i))) & 31)::int AS c FROM generate_series(0, 9) i
    UNION ALL
    SELECT 10 + i, get_byte(r.bytes, i) & 31 FROM (SELECT uuid_send(gen_random_uuid()) AS bytes) r, generate_series(0, 15) i) digits
$$;

-- A name as a slug; NULL where it can not be one.
CREATE OR REPLACE FUNCTION adoption.slug_of(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN lower(btrim(name)) ~ '^[^[:space:]/?#@]{1,100}$' THEN lower(btrim(name)) END
$$;

-- The id of a user; NULL where there is none.
CREATE OR REPLACE FUNCTION adoption.user_of(id text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT NULLIF(btrim(id), '')
$$;

-- A platform as it is stored; NULL where it is none of those that the system from before knew.
CREATE OR REPLACE FUNCTION adoption.platform_of(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN lower(btrim(name)) IN ('kick', 'twitch', 'x') THEN lower(btrim(name)) END
$$;

-- An instant from outside: never later than now, nor before there were computers, and in whole milliseconds.
CREATE OR REPLACE FUNCTION adoption.past(at timestamptz) RETURNS timestamptz(3) LANGUAGE sql STABLE AS $$
  SELECT date_trunc('milliseconds', greatest(CASE WHEN at > now() THEN now() ELSE at END, 'epoch'))::timestamptz(3) WHERE at IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION adoption.as_json(body text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN body::jsonb;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- Writes a finding down; never fails.
CREATE OR REPLACE FUNCTION adoption.report(p_kind text, p_table text, p_key text, p_details jsonb, p_done text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- One that is known stands; an update would wait for whoever writes it down just now.
  IF EXISTS (SELECT FROM adoption.finding WHERE kind = p_kind AND table_name = p_table AND row_key = p_key AND details = p_details) THEN
    RETURN;
  END IF;
  INSERT INTO adoption.finding (kind, table_name, row_key, details, done) VALUES (p_kind, p_table, coalesce(p_key, ''), p_details, p_done)
  ON CONFLICT (kind, table_name, row_key) DO UPDATE SET details = EXCLUDED.details, done = EXCLUDED.done;
EXCEPTION WHEN OTHERS THEN
  NULL;
END $$;

-- Notes that somebody wrote through an old table. One row is updated at most once a second, and never waited for.
CREATE OR REPLACE FUNCTION adoption.note_write(p_table text, p_column text) RETURNS void LANGUAGE plpgsql SET lock_timeout = '200ms' AS $$
BEGIN
  IF current_setting('adoption.filling', true) = 'on' THEN
    RETURN;
  END IF;
  UPDATE adoption.last_write SET last_at = clock_timestamp() WHERE (table_name, column_name) IN (
    SELECT table_name, column_name FROM adoption.last_write
    WHERE table_name = p_table AND column_name = p_column AND last_at < clock_timestamp() - interval '1 second' FOR UPDATE SKIP LOCKED);
  IF NOT FOUND AND NOT EXISTS (SELECT FROM adoption.last_write WHERE table_name = p_table AND column_name = p_column) THEN
    INSERT INTO adoption.last_write VALUES (p_table, p_column, clock_timestamp()) ON CONFLICT DO NOTHING;
  END IF;
EXCEPTION WHEN OTHERS THEN
  NULL;
END $$;

CREATE OR REPLACE FUNCTION adoption.wrote() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM adoption.note_write(TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, TG_ARGV[0]);
  RETURN NULL;
END $$;

-- Queues a lookup of a channel by its id, as the code does for a channel that lost its slug.
CREATE OR REPLACE FUNCTION adoption.queue_lookup(p_channel bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO dm.probe_schedule (channel_id, active) VALUES (p_channel, false)
  ON CONFLICT (channel_id) DO UPDATE SET profile_due_at = now()
$$;

-- The channel of an account, made where there is none: with the synthetic slug until one is observed.
CREATE OR REPLACE FUNCTION adoption.ensure_channel(p_platform text, p_user text, p_at timestamptz DEFAULT now()) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  found_id bigint;
  seen timestamptz(3) := adoption.past(coalesce(p_at, now()));
  name text := lower('unknown-' || adoption.user_of(p_user));
BEGIN
  IF adoption.platform_of(p_platform) IS NULL OR adoption.user_of(p_user) IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT id INTO found_id FROM dm.streamer_channel WHERE platform = adoption.platform_of(p_platform) AND platform_user_id = adoption.user_of(p_user);
  IF found_id IS NOT NULL THEN
    RETURN found_id;
  END IF;
  -- Somebody may really be called like that.
  IF EXISTS (SELECT FROM dm.streamer_channel WHERE platform = adoption.platform_of(p_platform) AND current_slug = name) THEN
    name := lower('unknown-' || adoption.platform_of(p_platform) || '-' || adoption.user_of(p_user));
  END IF;
  INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id, current_slug, first_seen_at, last_seen_at)
  VALUES (adoption.new_ulid(), adoption.platform_of(p_platform), adoption.user_of(p_user), name, seen, seen)
  ON CONFLICT (platform, platform_user_id) DO NOTHING RETURNING id INTO found_id;
  IF found_id IS NULL THEN
    SELECT id INTO found_id FROM dm.streamer_channel WHERE platform = adoption.platform_of(p_platform) AND platform_user_id = adoption.user_of(p_user);
    RETURN found_id;
  END IF;
  INSERT INTO dm.streamer_channel_slug_history (channel_id, slug, observed_from) VALUES (found_id, name, seen);
  PERFORM adoption.queue_lookup(found_id);
  RETURN found_id;
END $$;

-- The same for a row that is being written: its channel can not be deleted until then, so that no foreign key makes the writer wait or fail.
CREATE OR REPLACE FUNCTION adoption.hold_channel(p_platform text, p_user text, p_at timestamptz DEFAULT now()) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  found_id bigint := adoption.ensure_channel(p_platform, p_user, p_at);
BEGIN
  PERFORM FROM dm.streamer_channel WHERE id = found_id FOR KEY SHARE;
  RETURN CASE WHEN FOUND OR found_id IS NULL THEN found_id ELSE adoption.ensure_channel(p_platform, p_user, p_at) END;
END $$;

-- Whether an update of a row is the foreign key that takes a deleted channel away.
CREATE OR REPLACE FUNCTION adoption.is_gone(p_before bigint, p_after bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT p_before IS NOT NULL AND p_after IS NULL AND NOT EXISTS (SELECT FROM dm.streamer_channel WHERE id = p_before)
$$;

CREATE OR REPLACE FUNCTION dm.kick_user_id_to_channel_id(kick_user_id text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT id FROM dm.streamer_channel WHERE platform = 'kick' AND platform_user_id = btrim(kick_user_id)
$$;
COMMENT ON FUNCTION dm.kick_user_id_to_channel_id(text) IS 'The channel of a user of Kick, while a system from before still names users; NULL when there is none.';

-- Gives a channel a slug that was observed at an instant. Of two channels with one slug the newer observation keeps it; the other has
-- none from then on, and is looked up.
CREATE OR REPLACE FUNCTION adoption.set_slug(p_channel bigint, p_slug text, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  own dm.streamer_channel;
  holder dm.streamer_channel;
  at timestamptz(3) := adoption.past(p_at);
BEGIN
  IF p_slug IS NULL THEN
    RETURN;
  END IF;
  SELECT * INTO own FROM dm.streamer_channel WHERE id = p_channel;
  IF own.id IS NULL OR own.slug_observed_at >= at OR own.current_slug = p_slug AND own.slug_observed_at > 'epoch' THEN
    RETURN;
  END IF;
  PERFORM FROM dm.streamer_channel WHERE id = p_channel OR (platform = own.platform AND current_slug = p_slug) ORDER BY id FOR UPDATE;
  SELECT * INTO own FROM dm.streamer_channel WHERE id = p_channel;
  SELECT * INTO holder FROM dm.streamer_channel WHERE platform = own.platform AND current_slug = p_slug AND id <> p_channel;
  IF holder.id IS NOT NULL THEN
    PERFORM adoption.report('slug-taken', 'dm.streamer_channel',
      CASE WHEN holder.slug_observed_at >= at THEN own.platform || ':' || own.platform_user_id ELSE holder.platform || ':' || holder.platform_user_id END,
      jsonb_build_object('slug', p_slug, 'winner', CASE WHEN holder.slug_observed_at >= at THEN holder.platform_user_id ELSE own.platform_user_id END,
        'observedAt', greatest(holder.slug_observed_at, at)),
      'the newer observation keeps the slug; this channel has none and is looked up by its id');
  END IF;
  IF holder.slug_observed_at >= at THEN
    UPDATE dm.streamer_channel SET current_slug = NULL, slug_observed_at = at, updated_at = now() WHERE id = p_channel;
    -- It had the slug before, as far as is known, until the other one was seen under it.
    UPDATE dm.streamer_channel_slug_history SET slug = CASE WHEN own.slug_observed_at = 'epoch' THEN p_slug ELSE slug END,
      observed_until = greatest(CASE WHEN own.slug_observed_at = 'epoch' THEN holder.slug_observed_at ELSE at END, observed_from + interval '1 millisecond')
    WHERE channel_id = p_channel AND observed_until IS NULL;
    UPDATE dm.streamer_channel_slug_history h SET observed_from = greatest(h.observed_from, holder.slug_observed_at)
    WHERE channel_id = holder.id AND observed_until IS NULL AND slug = p_slug AND own.slug_observed_at = 'epoch';
    PERFORM adoption.queue_lookup(p_channel);
    RETURN;
  END IF;
  IF holder.id IS NOT NULL THEN
    UPDATE dm.streamer_channel SET current_slug = NULL, updated_at = now() WHERE id = holder.id;
    UPDATE dm.streamer_channel_slug_history SET observed_until = greatest(at, observed_from + interval '1 millisecond')
    WHERE channel_id = holder.id AND observed_until IS NULL;
    PERFORM adoption.queue_lookup(holder.id);
  END IF;
  UPDATE dm.streamer_channel SET current_slug = p_slug, slug_observed_at = at, last_seen_at = greatest(last_seen_at, at), updated_at = now() WHERE id = p_channel;
  -- A synthetic slug was never seen, so the first one that was seen takes its period: from when it was seen, where another one had it before.
  UPDATE dm.streamer_channel_slug_history SET slug = p_slug,
    observed_from = CASE WHEN holder.id IS NULL THEN observed_from ELSE greatest(observed_from, at) END
  WHERE channel_id = p_channel AND observed_until IS NULL AND own.slug_observed_at = 'epoch';
  IF NOT FOUND THEN
    UPDATE dm.streamer_channel_slug_history SET observed_until = greatest(at, observed_from + interval '1 millisecond')
    WHERE channel_id = p_channel AND observed_until IS NULL;
    INSERT INTO dm.streamer_channel_slug_history (channel_id, slug, observed_from, regained)
    SELECT p_channel, p_slug, greatest(at, max(observed_until)), own.current_slug IS NULL AND max(observed_until) IS NOT NULL
    FROM dm.streamer_channel_slug_history WHERE channel_id = p_channel;
  END IF;
END $$;
