-- Profiles and claims. `public.streamer_channels` holds both, several rows for one channel; what follows from all of them is stored.

-- Makes a channel agree with its rows: the newest observed profile and name, and the claims.
CREATE OR REPLACE FUNCTION adoption.sync_account(p_channel bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  p record;
BEGIN
  SELECT min(created_at) AS first_at, max(coalesce(kick_synced_at, created_at)) AS last_at, count(*) AS rows,
    (array_agg(kick_display_name ORDER BY coalesce(kick_synced_at, created_at) DESC, id DESC) FILTER (WHERE btrim(kick_display_name) <> ''))[1] AS display_name,
    (array_agg(kick_avatar_url ORDER BY coalesce(kick_synced_at, created_at) DESC, id DESC) FILTER (WHERE kick_avatar_url <> ''))[1] AS avatar_url,
    (array_agg(kick_bio ORDER BY coalesce(kick_synced_at, created_at) DESC, id DESC) FILTER (WHERE kick_bio IS NOT NULL))[1] AS bio,
    (array_agg(kick_follower_count ORDER BY coalesce(kick_synced_at, created_at) DESC, id DESC) FILTER (WHERE kick_follower_count >= 0))[1] AS follower_count,
    (array_agg(kick_subscriber_count ORDER BY coalesce(kick_synced_at, created_at) DESC, id DESC) FILTER (WHERE kick_subscriber_count >= 0))[1] AS subscriber_count,
    (array_agg(adoption.slug_of(channel_name) ORDER BY coalesce(kick_synced_at, created_at) DESC, id DESC)
      FILTER (WHERE adoption.slug_of(channel_name) IS NOT NULL))[1] AS slug,
    max(coalesce(kick_synced_at, created_at)) FILTER (WHERE adoption.slug_of(channel_name) IS NOT NULL) AS slug_at
  INTO p FROM public.streamer_channels WHERE channel_id = p_channel;
  IF p.rows > 0 THEN
    UPDATE dm.streamer_channel c SET
      display_name = coalesce(p.display_name, c.display_name), avatar_url = coalesce(p.avatar_url, c.avatar_url), bio = coalesce(p.bio, c.bio),
      follower_count = coalesce(p.follower_count, c.follower_count), subscriber_count = coalesce(p.subscriber_count, c.subscriber_count),
      profile_observed_at = adoption.past(p.last_at), first_seen_at = least(c.first_seen_at, adoption.past(p.first_at)),
      last_seen_at = greatest(c.last_seen_at, adoption.past(p.last_at)), updated_at = now()
    WHERE c.id = p_channel AND c.profile_observed_at <= adoption.past(p.last_at)
      AND (c.profile_observed_at < adoption.past(p.last_at) OR (c.display_name, c.avatar_url, c.bio, c.follower_count, c.subscriber_count) IS DISTINCT FROM
        (coalesce(p.display_name, c.display_name), coalesce(p.avatar_url, c.avatar_url), coalesce(p.bio, c.bio),
          coalesce(p.follower_count, c.follower_count), coalesce(p.subscriber_count, c.subscriber_count)));
    PERFORM adoption.set_slug(p_channel, p.slug, p.slug_at);
  END IF;
  PERFORM adoption.sync_links(p_channel);
END $$;

-- The claims that follow from the rows of a channel. Of several that are verified the earliest keeps that, ties by the row's id.
CREATE OR REPLACE FUNCTION adoption.claims_of(p_channel bigint) RETURNS TABLE (streamer_id integer, verified boolean, claimed_at timestamptz(3), lost boolean)
LANGUAGE sql STABLE AS $$
  WITH own AS (
    SELECT r.streamer_id, r.verified, r.created_at, r.id FROM public.streamer_channels r WHERE r.channel_id = p_channel AND r.streamer_id IS NOT NULL),
  keeper AS (SELECT o.streamer_id FROM own o WHERE o.verified ORDER BY o.created_at, o.id LIMIT 1)
  SELECT o.streamer_id, bool_or(o.verified) AND o.streamer_id = (SELECT k.streamer_id FROM keeper k), adoption.past(min(o.created_at)),
    bool_or(o.verified) AND o.streamer_id <> (SELECT k.streamer_id FROM keeper k)
  FROM own o GROUP BY o.streamer_id
$$;

CREATE OR REPLACE FUNCTION adoption.sync_links(p_channel bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- Claims of a channel change one after another.
  PERFORM FROM dm.streamer_channel WHERE id = p_channel FOR NO KEY UPDATE;
  DELETE FROM public.streamer_channel_link l WHERE l.channel_id = p_channel
    AND NOT EXISTS (SELECT FROM adoption.claims_of(p_channel) c WHERE c.streamer_id = l.streamer_id);
  UPDATE public.streamer_channel_link l SET verified = false FROM adoption.claims_of(p_channel) c
  WHERE l.channel_id = p_channel AND c.streamer_id = l.streamer_id AND l.verified AND NOT c.verified;
  INSERT INTO public.streamer_channel_link AS l (streamer_id, channel_id, verified, claimed_at)
  SELECT c.streamer_id, p_channel, c.verified, c.claimed_at FROM adoption.claims_of(p_channel) c
  JOIN public.streamers s ON s.id = c.streamer_id
  ORDER BY c.streamer_id
  ON CONFLICT (streamer_id, channel_id) DO UPDATE SET verified = EXCLUDED.verified, claimed_at = EXCLUDED.claimed_at
  WHERE (l.verified, l.claimed_at) IS DISTINCT FROM (EXCLUDED.verified, EXCLUDED.claimed_at);
  PERFORM adoption.report('verified-twice', 'public.streamer_channels', (SELECT d.platform || ':' || d.platform_user_id FROM dm.streamer_channel d WHERE d.id = p_channel) || ' streamer ' || c.streamer_id,
    jsonb_build_object('streamerId', c.streamer_id, 'keptBy', (SELECT k.streamer_id FROM adoption.claims_of(p_channel) k WHERE k.verified)),
    'the earliest verified claim stays verified; this one is a claim that is not verified')
  FROM adoption.claims_of(p_channel) c WHERE c.lost;
END $$;

CREATE OR REPLACE FUNCTION adoption.fill_account() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  IF TG_OP = 'UPDATE' AND adoption.is_gone(OLD.channel_id, NEW.channel_id) THEN
    PERFORM set_config('adoption.syncing', 'off', true);
    RETURN NEW;
  END IF;
  IF NEW.kick_user_id IS NULL AND NEW.channel_id IS NOT NULL THEN
    SELECT platform, platform_user_id INTO NEW.platform, NEW.kick_user_id FROM dm.streamer_channel WHERE id = NEW.channel_id;
  ELSE
    NEW.channel_id := adoption.hold_channel(NEW.platform, NEW.kick_user_id, NEW.created_at);
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NEW;
EXCEPTION WHEN OTHERS THEN
  NEW.channel_id := NULL;
  PERFORM adoption.report('not-in-step', 'public.streamer_channels', NEW.id::text, jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION adoption.account_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  IF TG_OP <> 'INSERT' THEN
    IF OLD.channel_id IS NOT NULL AND (TG_OP = 'DELETE' OR OLD.channel_id IS DISTINCT FROM NEW.channel_id) THEN
      PERFORM adoption.sync_account(OLD.channel_id);
    END IF;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    IF NEW.channel_id IS NOT NULL THEN
      PERFORM adoption.sync_account(NEW.channel_id);
    ELSE
      PERFORM adoption.report('user-id-missing', 'public.streamer_channels', NEW.id::text,
        jsonb_build_object('platform', NEW.platform, 'name', NEW.channel_name, 'streamerId', NEW.streamer_id), 'no channel: nobody knows which account it is');
    END IF;
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'public.streamer_channels', coalesce(NEW.id, OLD.id)::text, jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NULL;
END $$;

-- What Channelscope learns of a channel is written back to its rows, all of it: they are of one instant then, and what one of them told before
-- must not be taken for newer.
CREATE OR REPLACE FUNCTION adoption.channel_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  UPDATE public.streamer_channels r SET
    channel_name = CASE WHEN adoption.slug_of(r.channel_name) IS DISTINCT FROM NEW.current_slug THEN coalesce(NEW.current_slug, r.channel_name) ELSE r.channel_name END,
    kick_display_name = coalesce(NEW.display_name, r.kick_display_name), kick_avatar_url = coalesce(NEW.avatar_url, r.kick_avatar_url),
    kick_bio = coalesce(NEW.bio, r.kick_bio), kick_follower_count = coalesce(NEW.follower_count, r.kick_follower_count),
    kick_subscriber_count = coalesce(NEW.subscriber_count, r.kick_subscriber_count),
    kick_is_live = CASE WHEN NEW.status <> OLD.status THEN NEW.status = 'online' ELSE r.kick_is_live END,
    kick_synced_at = greatest(r.kick_synced_at, NEW.profile_observed_at, NEW.slug_observed_at)
  WHERE r.channel_id = NEW.id;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'dm.streamer_channel', NEW.id::text, jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NULL;
END $$;

-- Claims that Channelscope makes, changes and removes.
CREATE OR REPLACE FUNCTION adoption.link_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '200ms' AS $$
DECLARE
  c dm.streamer_channel;
BEGIN
  PERFORM set_config('adoption.syncing', 'on', true);
  SELECT * INTO c FROM dm.streamer_channel WHERE id = coalesce(NEW.channel_id, OLD.channel_id);
  IF TG_OP = 'DELETE' THEN
    DELETE FROM public.streamer_channels WHERE streamer_id = OLD.streamer_id AND channel_id = OLD.channel_id;
    PERFORM set_config('adoption.syncing', 'off', true);
    RETURN NULL;
  END IF;
  UPDATE public.streamer_channels SET verified = NEW.verified
  WHERE streamer_id = NEW.streamer_id AND channel_id = NEW.channel_id AND verified <> NEW.verified;
  IF NOT EXISTS (SELECT FROM public.streamer_channels WHERE streamer_id = NEW.streamer_id AND channel_id = NEW.channel_id) THEN
    INSERT INTO public.streamer_channels (streamer_id, platform, channel_name, kick_user_id, channel_id, kick_display_name, kick_avatar_url, kick_bio,
      kick_follower_count, kick_subscriber_count, kick_is_live, verified, created_at, kick_synced_at)
    VALUES (NEW.streamer_id, c.platform, c.current_slug, c.platform_user_id, c.id, c.display_name, c.avatar_url, c.bio,
      c.follower_count, c.subscriber_count, c.is_live, NEW.verified, NEW.claimed_at, NULLIF(c.profile_observed_at, 'epoch'));
  END IF;
  PERFORM set_config('adoption.syncing', 'off', true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  PERFORM adoption.report('not-in-step', 'public.streamer_channel_link', coalesce(NEW.streamer_id, OLD.streamer_id) || ':' || coalesce(NEW.channel_id, OLD.channel_id),
    jsonb_build_object('error', SQLERRM), 'looked after by the step repair');
  RETURN NULL;
END $$;
