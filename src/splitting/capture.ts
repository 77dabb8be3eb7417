import { type Connection, inDm, type Table } from '../stores/postgres/tables.ts'
import { queueTables } from './jobs-queue.ts'
import { writersLock } from './split-state.ts'

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** What the old place keeps of a move. Its functions run as their owner, so that the login of the service needs no rights on it. */
const bookkeeping = `
CREATE SCHEMA IF NOT EXISTS dm_split;
GRANT USAGE ON SCHEMA dm_split TO PUBLIC;
CREATE TABLE IF NOT EXISTS dm_split.state (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  phase text NOT NULL DEFAULT 'copying',
  moved_to text NOT NULL,
  began_at timestamptz NOT NULL DEFAULT now(),
  fenced_at timestamptz,
  fenced_until timestamptz,
  moved_at timestamptz
);
GRANT SELECT ON dm_split.state TO PUBLIC;
CREATE TABLE IF NOT EXISTS dm_split.change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  table_name text NOT NULL,
  key text[] NOT NULL
);
CREATE TABLE IF NOT EXISTS dm_split.taken (
  table_name text NOT NULL,
  key text[] NOT NULL,
  PRIMARY KEY (table_name, key)
);
CREATE OR REPLACE FUNCTION dm_split.capture() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  names text[] := string_to_array(TG_ARGV[1], ',');
  before text[];
  after text[];
BEGIN
  IF TG_OP <> 'INSERT' THEN
    SELECT array_agg(to_jsonb(OLD) ->> name ORDER BY n) INTO before FROM unnest(names) WITH ORDINALITY AS u (name, n);
    INSERT INTO dm_split.change (table_name, key) VALUES (TG_ARGV[0], before);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    SELECT array_agg(to_jsonb(NEW) ->> name ORDER BY n) INTO after FROM unnest(names) WITH ORDINALITY AS u (name, n);
    IF after IS DISTINCT FROM before THEN
      INSERT INTO dm_split.change (table_name, key) VALUES (TG_ARGV[0], after);
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION dm_split.guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  place text;
  phase_now text;
BEGIN
  -- Whoever writes is waited for by the fence, and waits for it.
  PERFORM pg_advisory_xact_lock_shared(${writersLock});
  SELECT moved_to, phase INTO place, phase_now FROM dm_split.state
   WHERE phase IN ('handing-over', 'moved', 'dropped') OR (phase = 'fenced' AND fenced_until > clock_timestamp());
  IF FOUND THEN
    RAISE EXCEPTION 'dm moves to %: nothing is written here any more.', place
      USING ERRCODE = 'read_only_sql_transaction', HINT = CASE phase_now
        WHEN 'fenced' THEN 'Try again in some seconds.'
        WHEN 'handing-over' THEN 'If split-dm cut-over has ended, run it again.'
        ELSE 'Set DM_DATABASE_URL to the new place and restart.' END;
  END IF;
  IF TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'A table of dm can not be emptied while it is moved.' USING ERRCODE = 'read_only_sql_transaction';
  END IF;
  RETURN NULL;
END $$;`

const guardOn = (table: string): string => `
CREATE OR REPLACE TRIGGER dm_split_guard BEFORE INSERT OR UPDATE OR DELETE ON ${table}
  FOR EACH STATEMENT EXECUTE FUNCTION dm_split.guard();`

const triggersOn = ({ name, key }: Table): string => {
  const table = inDm(name)
  return `${guardOn(table)}
CREATE OR REPLACE TRIGGER dm_split_guard_truncate BEFORE TRUNCATE ON ${table}
  FOR EACH STATEMENT EXECUTE FUNCTION dm_split.guard();
CREATE OR REPLACE TRIGGER dm_split_capture AFTER INSERT OR UPDATE OR DELETE ON ${table}
  FOR EACH ROW EXECUTE FUNCTION dm_split.capture(${quote(name)}, ${quote(key.join(','))});`
}

/** A lock on a table is asked for briefly, so that no writer waits behind it for long. */
const lockTimeout = `SET LOCAL lock_timeout = '200ms'`

/** Work that takes locks, in a transaction of its own, again and again while others have them. */
const whenFree = async (db: Connection, sql: string, signal?: AbortSignal): Promise<void> => {
  for (;;) {
    signal?.throwIfAborted()
    try {
      await db.query('BEGIN')
      await db.query(lockTimeout)
      await db.query(sql)
      await db.query('COMMIT')
      return
    } catch (error) {
      await db.query('ROLLBACK')
      if (!['55P03', '40P01'].includes((error as { code?: string }).code ?? '')) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** Has the old place note every row that changes from now on. Repeating it changes nothing. */
export const startCapture = async (
  db: Connection,
  tables: readonly Table[],
  movedTo: string,
  signal: AbortSignal,
): Promise<void> => {
  await whenFree(db, bookkeeping, signal)
  await db.query('INSERT INTO dm_split.state (moved_to) VALUES ($1) ON CONFLICT (singleton) DO NOTHING', [movedTo])
  for (const table of tables) await whenFree(db, triggersOn(table), signal)
  for (const table of await queueTables(db)) await whenFree(db, guardOn(table), signal)
}

/** Ends the notes; what keeps writers away stays unless the move is given up. Without a signal no stop is heard. */
export const endCapture = async (
  db: Connection,
  tables: readonly Table[],
  { givesUp }: { givesUp: boolean },
  signal?: AbortSignal,
): Promise<void> => {
  // Where this dies in the middle, nobody goes on with a move that has lacked notes: another one has another id.
  if (givesUp) await db.query('UPDATE dm_split.state SET id = gen_random_uuid()')
  for (const { name } of tables) {
    const drop = (trigger: string) => `DROP TRIGGER IF EXISTS ${trigger} ON ${inDm(name)};`
    const guards = givesUp ? drop('dm_split_guard') + drop('dm_split_guard_truncate') : ''
    await whenFree(db, drop('dm_split_capture') + guards, signal)
  }
  if (givesUp)
    for (const table of await queueTables(db))
      await whenFree(db, `DROP TRIGGER IF EXISTS dm_split_guard ON ${table}`, signal)
  await whenFree(
    db,
    givesUp ? 'DROP SCHEMA IF EXISTS dm_split CASCADE' : 'TRUNCATE dm_split.change; TRUNCATE dm_split.taken',
    signal,
  )
}

/** The one foreign key that crosses goes: the tables of `public` name channels of another database from now on. */
export const dropCrossingKey = (db: Connection): Promise<void> =>
  whenFree(
    db,
    `DO $$ BEGIN
       IF to_regclass('public.streamer_channel_link') IS NOT NULL THEN
         ALTER TABLE public.streamer_channel_link DROP CONSTRAINT IF EXISTS streamer_channel_link_channel_fkey;
       END IF;
     END $$`,
  )
