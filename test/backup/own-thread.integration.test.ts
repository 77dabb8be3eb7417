import pg from 'pg'
import { expect, test } from 'vitest'
import { readChunk } from '../../src/backup/chunk-store.ts'
import { type Destination, openDestination } from '../../src/backup/destination.ts'
import { listBackups } from '../../src/backup/manifest.ts'
import type { Manifest } from '../../src/backup/manifest-shape.ts'
import { runBackup, type System } from '../../src/backup/run-backup.ts'
import { savedTables } from '../../src/backup/saved-tables.ts'
import { failureSentence } from '../../src/cli/failure-sentence.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { contentOf } from '../../src/stores/postgres/table-rows.ts'
import { openTextSession } from '../../src/stores/postgres/text-session.ts'
import { openSavedSystem } from '../support/backup/saved-system.ts'
import { eventually } from '../support/lib/eventually.ts'
import { seed } from '../support/stores/seed.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

/** Calls `before` ahead of the gate, and `after` when it has just opened; the backup waits for both. */
const aroundGate = (system: System, before: () => Promise<unknown>, after: () => Promise<unknown>): System => {
  let asked = 0
  const otherNodes = async () => {
    await (asked++ === 0 ? before() : after())
    return { alive: [], silent: [] }
  }
  return Object.defineProperties({} as System, {
    ...Object.getOwnPropertyDescriptors(system),
    otherNodes: { value: otherNodes },
  })
}

type Contents = Record<string, { rows: string; hash: string }>

/** What all tables that a backup has hold now. */
const readContents = async ({ databases }: System): Promise<Contents> => {
  const contents: Contents = {}
  for (const { url, sides } of databases) {
    const db = await openTextSession(url, 'test')
    try {
      for (const side of sides)
        for (const table of await savedTables(db, side)) contents[`${side}.${table.name}`] = await contentOf(db, table)
    } finally {
      await db.end()
    }
  }
  return contents
}

const contentsOf = ({ tables }: Manifest): Contents =>
  Object.fromEntries(tables.map(({ schema, name, rows, hash }) => [`${schema}.${name}`, { rows, hash }]))

/** The texts of the rows of a table in a backup, as one. */
const savedText = async (destination: Destination, { tables }: Manifest, name: string): Promise<string> => {
  const { chunks } = tables.find((table) => table.name === name)!
  const bodies = await Promise.all(chunks.map(({ sha256 }) => readChunk(destination, sha256)))
  return bodies.join('\n')
}

test('the rows of the moment at which the gate was closed are saved, in all tables and both sides, and none of later', async () => {
  await using folder = await temporaryDirectory('backup-thread')
  const destination = openDestination(folder.path, '/', undefined)
  await using saved = await openSavedSystem()
  const { db } = saved
  const late: Promise<unknown>[] = []
  const write = async (bio: string): Promise<void> => {
    const [channel] = await seed(db).fullChannels(3)
    await db.pool.query('UPDATE dm.streamer_channel SET bio = $2 WHERE id = $1', [channel, bio])
    await db.pool.query('DELETE FROM dm.status_event WHERE id = (SELECT min(id) FROM dm.status_event)')
    await db.pool.query(
      `INSERT INTO public.alert (happening, kind, happened_at, recorded_at, message)
       VALUES (gen_random_uuid()::text, 'job-failed', now(), now(), '{}')`,
    )
  }
  let before: Contents = {}
  const system = aroundGate(
    saved.system,
    async () => {
      await write('of before')
      before = await readContents(saved.system)
    },
    () => write('of after'),
  )
  const { manifest } = await runBackup({
    system,
    destination,
    signal: new AbortController().signal,
    onProgress({ step }) {
      if (step === 'table' && late.length < 5) late.push(write('of later'))
    },
  })
  expect(contentsOf(manifest)).toEqual(before)
  const channels = await savedText(destination, manifest, 'streamer_channel')
  expect(channels).toContain('of before')
  expect(channels).not.toMatch(/of (after|later)/)
  await Promise.all(late)
  expect(await readContents(saved.system)).not.toEqual(before)
})

test('the main thread touches nothing at the place but its mark: all else is left to the thread', async () => {
  await using folder = await temporaryDirectory('backup-thread-place')
  const place = openDestination(folder.path, '/', undefined)
  const touched: string[] = []
  const noting =
    <Arguments extends [string, ...unknown[]], Result>(work: (...given: Arguments) => Result) =>
    (...given: Arguments): Result => {
      touched.push(given[0])
      return work(...given)
    }
  const { objects } = place
  const destination: Destination = {
    ...place,
    fingerprint: noting(place.fingerprint),
    removeFolder: noting(place.removeFolder),
    objects: {
      ...objects,
      put: noting(objects.put),
      get: noting(objects.get),
      list: noting(objects.list),
      remove: noting(objects.remove),
    },
  }
  await using saved = await openSavedSystem()
  await seed(saved.db).fullChannels(3)
  const { signal } = new AbortController()
  const backup = () =>
    runBackup({ system: saved.system, destination, passphrase: 'a long passphrase', keep: 1, signal })
  const { manifest } = await backup()
  expect(manifest.telemetry.files.length).toBeGreaterThan(0)
  await backup()
  expect(new Set(touched)).toEqual(new Set(['channelscope-backups.json']))
})

/** Makes a backup that comes to wait for a table, and calls `meanwhile` then; answers why it ended. */
const endWhileItWaits = async (
  signal: AbortSignal,
  meanwhile: (of: { db: Postgres; waiting: number; free(): Promise<unknown> }) => Promise<unknown>,
): Promise<unknown> => {
  await using folder = await temporaryDirectory('backup-thread-ends')
  const destination = openDestination(folder.path, '/', undefined)
  await using saved = await openSavedSystem()
  const { db, system } = saved
  await using stack = new AsyncDisposableStack()
  const holder = await openTextSession(system.databases[0]!.url, 'test')
  stack.defer(() => holder.end())
  const free = () => holder.query('ROLLBACK')
  await holder.query('BEGIN; LOCK TABLE dm.streamer_channel')
  const ended = runBackup({ system, destination, signal }).then(
    () => undefined,
    (error: unknown) => error,
  )
  const sessions = async () => {
    const { rows } = await db.pool.query<{ pid: number; isWaiting: boolean }>(
      `SELECT pid, wait_event_type IS NOT DISTINCT FROM 'Lock' AS "isWaiting" FROM pg_stat_activity
       WHERE application_name = 'channelscope backup' AND datname = current_database()`,
    )
    return rows
  }
  const { pid } = await eventually('it waits for the table', async () =>
    (await sessions()).find(({ isWaiting }) => isWaiting),
  )
  await meanwhile({ db, waiting: pid, free })
  const error = await ended
  await eventually('no session is left', async () => (await sessions()).length === 0)
  expect(await listBackups(destination)).toEqual([])
  await free()
  await runBackup({ system, destination, signal: new AbortController().signal })
  return error
}

test('whoever ends a backup ends its thread, and gets the reason', async () => {
  const stopping = new AbortController()
  const reason = new Error('stopped by hand')
  const error = await endWhileItWaits(stopping.signal, ({ free }) => {
    stopping.abort(reason)
    return free()
  })
  expect(error).toBe(reason)
})

test('a session of the thread that Postgres ends is a failure of Postgres, told as ever', async () => {
  const error = await endWhileItWaits(new AbortController().signal, ({ db, waiting }) =>
    db.pool.query('SELECT pg_terminate_backend($1)', [waiting]),
  )
  expect(error).toBeInstanceOf(pg.DatabaseError)
  expect(error).toMatchObject({ code: '57P01', message: 'terminating connection due to administrator command' })
  expect(failureSentence(error, {})).toBe(
    'The embedded Postgres can not be used: it answers "terminating connection due to administrator command".',
  )
})
