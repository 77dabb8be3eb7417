import { existsSync, writeFileSync } from 'node:fs'
import { readFile, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgetImports, takeImports } from '../../src/imports/forget-imports.ts'
import { ownColumns } from '../../src/imports/mapping.ts'
import { runImport } from '../../src/imports/run-import.ts'
import { silentLog } from '../../src/lib/log.ts'
import { number, text } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { author, type ErasingFixture, openErasingFixture, person } from '../support/erasing/erasing-fixture.ts'
import { eventually } from '../support/lib/eventually.ts'

let fixture: ErasingFixture
beforeAll(async () => {
  fixture = await openErasingFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const start = Math.floor(Date.now() / 1000) - 86_400
const messages = (count: number, name: string) =>
  [
    'channel_user_id,message_id,created_at,platform_user_id,content',
    ...Array.from(
      { length: count },
      (_, n) =>
        `77,${name}-${n},${new Date((start + n) * 1000).toISOString()},${n === 3 ? person.platformUserId : 5},said ${n}`,
    ),
  ].join('\n')

const sourceOf = (name: string) => path.join(fixture.directory, `${name}.csv`)

/** Brings in messages; interrupted when everything is read and nothing is stored. Called again it gives the same file. */
const bring = async (name: string, isInterrupted = false, onProgress = () => {}) => {
  const { db, store: clickHouse, directory } = fixture
  const source = sourceOf(name)
  if (!existsSync(source)) await writeFile(source, messages(20, name))
  const stop = new AbortController()
  const outcome = runImport({
    kind: 'chat',
    env: 'test',
    db,
    clickHouse,
    mapping: ownColumns,
    source,
    format: undefined,
    isDryRun: false,
    platforms: new Map(),
    log: silentLog,
    signal: stop.signal,
    retentionDays: { probes: 365, chat: 30 },
    folder: directory,
    onProgress: () => {
      onProgress()
      if (isInterrupted) stop.abort()
    },
  })
  if (isInterrupted) await expect(outcome).rejects.toThrow('aborted')
  return isInterrupted ? null : outcome
}

const tables = async () =>
  (
    await fixture.store.query(
      namedQuery({
        name: 'test_import_tables',
        sql: `SELECT name FROM system.tables WHERE endsWith(database, '_import') ORDER BY name`,
        row: { name: text },
      }),
      {},
    )
  ).map(({ name }) => name)

const ofPerson = namedQuery({
  name: 'test_messages_of_person',
  sql: 'SELECT toUInt32(count()) AS count FROM kick_chat_message WHERE platform_user_id = {id:String}',
  row: { count: number },
})

test('an interrupted import is kept for a week, and then the same call begins anew', async () => {
  const { db, store: clickHouse } = fixture
  await bring('week', true)
  expect(await forgetImports({ clickHouse, db }, 7)).toBe(0)
  expect(await tables()).toHaveLength(6)
  await db.pool.query(`UPDATE dm.import_run SET updated_at = now() - interval '8 days'`)
  expect(await forgetImports({ clickHouse, db }, 7)).toBe(1)
  expect(await tables()).toEqual([])
  expect(await bring('week')).toMatchObject({ isResumed: false, report: { rows: 20, stored: 20 } })
})

test('an import whose tables are gone, or on another node, reads its files once more', async () => {
  await bring('gone', true)
  for (const table of await tables())
    if (table.startsWith('rows_')) await fixture.store.command(`DROP TABLE vf_import.${table} SYNC`)
  expect(await bring('gone')).toMatchObject({ isResumed: false, report: { rows: 20, stored: 20 } })
  // As after a restore: no backup has these tables.
  await bring('restored', true)
  await fixture.store.command('DROP DATABASE vf_import SYNC')
  expect(await bring('restored')).toMatchObject({ isResumed: false, report: { rows: 20, stored: 20 } })
  await bring('still', true)
  expect(await bring('still')).toMatchObject({ isResumed: true, report: { rows: 20, stored: 20 } })
})

test('a file that was changed is never mixed with what was read of it before', async () => {
  await bring('edited', true)
  const source = sourceOf('edited')
  const { mtimeMs } = await stat(source)
  const content = await readFile(source, 'utf8')
  // As long as before, and in the middle, where nothing else tells it.
  await writeFile(source, content.replace('said 9', 'SAID 9'))
  await utimes(source, mtimeMs / 1000 + 10, mtimeMs / 1000 + 10)
  expect(await bring('edited')).toMatchObject({ isResumed: false, report: { rows: 20, stored: 20 } })
  const again = bring('edited while read', false, () =>
    writeFileSync(sourceOf('edited while read'), messages(30, 'edited while read')),
  )
  await expect(again).rejects.toThrow('edited while read.csv was changed while it was read')
  // Only the first one, which was interrupted, is still kept.
  expect(await tables()).toHaveLength(6)
  await fixture.db.pool.query(`UPDATE dm.import_run SET updated_at = now() - interval '8 days'`)
  expect(await forgetImports({ clickHouse: fixture.store, db: fixture.db }, 7)).toBe(1)
})

test('an erasure drops what interrupted imports have read, and waits for one that runs', async () => {
  const { db, store } = fixture
  await bring('person', true)
  const running = await takeImports(db)
  await using erasing = fixture.start()
  const id = await erasing.eraseChatter(author, person)
  await eventually('it waits for the import', async () =>
    (await erasing.settled(id, 0)).waitsFor?.startsWith('An import runs'),
  )
  expect(await tables()).toHaveLength(6)
  await running![Symbol.asyncDispose]()
  expect((await erasing.settled(id, 60_000)).finishedAt).not.toBeNull()
  expect(await tables()).toEqual([])
  expect(await store.query(ofPerson, { id: person.platformUserId })).toEqual([{ count: 0 }])
})
