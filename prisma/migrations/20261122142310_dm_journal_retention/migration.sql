-- Drops the oldest month of the journal that is over for longer than `days`, and tells the journal in the same transaction;
-- returns the name of its partition, null when there is none. Whoever waits for these locks makes everybody behind wait, so it
-- gives up (lock_not_available) after half a second. A partition can not go without a lock on the table its foreign key
-- refers to, which is taken first because that is the order of those who write events.
CREATE FUNCTION dm.drop_oldest_status_events(days integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  oldest regclass;
  last_id bigint;
  name text;
BEGIN
  SELECT p.part INTO oldest FROM (
    SELECT c.oid::regclass AS part,
      substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([^'']+)''\)')::timestamptz AS ends
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'dm.status_event'::regclass) p
  WHERE p.ends <= now() - make_interval(days => days) ORDER BY p.ends LIMIT 1;
  IF oldest IS NULL THEN
    RETURN NULL;
  END IF;
  name := oldest::text;
  PERFORM set_config('lock_timeout', '500ms', true);
  LOCK TABLE dm.streamer_channel, dm.status_event IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('SELECT coalesce(max(id), 0) FROM %s', oldest) INTO last_id;
  UPDATE dm.status_journal SET pruned_through = greatest(pruned_through, last_id);
  EXECUTE format('DROP TABLE %s', oldest);
  RETURN name;
END $$;
