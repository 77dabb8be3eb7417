-- How many messages a channel got in an hour, and from whom: sums that each part of the table carries of its own rows. Whatever stores, repeats,
-- rewrites or drops rows does so with their sums.
ALTER TABLE kick_chat_message {{on_cluster}}
  ADD PROJECTION IF NOT EXISTS messages_by_hour
    (SELECT env, toStartOfHour(created_at), channel_id, count() GROUP BY env, toStartOfHour(created_at), channel_id),
  ADD PROJECTION IF NOT EXISTS chatters_by_hour
    (SELECT env, channel_id, toStartOfHour(created_at), platform_user_id, count()
     GROUP BY env, channel_id, toStartOfHour(created_at), platform_user_id);

-- The sums of what is there are made beside everything else. Until then the rows are read in their place.
ALTER TABLE kick_chat_message {{on_cluster}}
  MATERIALIZE PROJECTION messages_by_hour,
  MATERIALIZE PROJECTION chatters_by_hour;
