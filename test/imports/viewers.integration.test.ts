import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkInstants } from '../../src/imports/check-instants.ts'
import { type InstantForm, ownColumns } from '../../src/imports/mapping.ts'
import { createImportWorld, type ImportWorld, type Instance } from '../support/imports/import-world.ts'
import { insertProbes } from '../support/stores/clickhouse.ts'

let world: ImportWorld
let instances = 0
const fresh = (): Promise<Instance> => world.instance(`viewers-${instances++}`)
beforeAll(async () => {
  world = await createImportWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

const start = Date.UTC(2026, 9, 1) / 1000
const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
const probes = (env: string) =>
  world.rows(`SELECT platform, platform_user_id AS user, toInt32(toUnixTimestamp(ts) - ${start}) AS at, is_live, viewer_count AS viewers, elapsed_seconds AS elapsed,
    interval_seconds AS interval, sample_seconds AS sample, provenance FROM kick_streamer_probe WHERE env = '${env}' ORDER BY platform, user, ts`)

const header = 'channel_user_id,observed_at,viewer_count\r\n'
const lines = (seconds: readonly number[], user = '77') =>
  seconds.map((at, n) => `${user},${iso(start + at)},${100 + n}\r\n`).join('')

test('samples of another system are stored as brought in, and stand for the time to the one before', async () => {
  const { env, import: bring } = await fresh()
  const file = await world.file(header + lines([0, 60, 120, 600, 660, 720]))
  const { report } = await bring('viewers', file)
  expect(report).toMatchObject({ rows: 6, stored: 6, refused: 0, refusedFile: null })
  expect(await probes(env)).toMatchObject([
    { platform: 'kick', user: '77', at: 0, is_live: true, elapsed: 0, interval: 60, sample: 60, provenance: 'import' },
    { at: 60, elapsed: 60, sample: 60 },
    { at: 120, elapsed: 60 },
    { at: 600, elapsed: 480, sample: 150 },
    { at: 660, elapsed: 60 },
    { at: 720, elapsed: 60 },
  ])
})

test('a sample without neighbours stands for the usual minute', async () => {
  const { env, import: bring } = await fresh()
  await bring('viewers', await world.file(header + lines([0])))
  expect(await probes(env)).toMatchObject([{ at: 0, elapsed: 0, interval: 60, sample: 60 }])
})

test('the same rows store nothing twice, in another file, order or compression', async () => {
  const { env, import: bring } = await fresh()
  await bring('viewers', await world.file(header + lines([0, 60, 120])))
  const before = await probes(env)
  const again = lines([0, 60, 120]).split('\r\n').filter(Boolean).reverse().join('\n')
  const { report } = await bring('viewers', await world.file(gzipSync(header + again), `again-${env}.csv.gz`))
  expect(report).toMatchObject({ rows: 3, stored: 0, present: 3, refused: 0 })
  expect(await probes(env)).toEqual(before)
})

test('time that was observed here is left as it is, and what is outside of it stands for no more than is free', async () => {
  const { env, db, import: bring } = await fresh()
  await insertProbes(world.store, [
    { channel: '77', at: start + 600, startedAt: start, viewers: 5, elapsed: 0 },
    { channel: '77', at: start + 660, startedAt: start, viewers: 5 },
  ])
  await world.store.command(`ALTER TABLE kick_streamer_probe UPDATE title = title WHERE 0 SETTINGS mutations_sync = 1`)
  await world.store.command(
    `INSERT INTO kick_streamer_probe (env, platform, platform_user_id, ts, is_live, stream_started_at, viewer_count, elapsed_seconds, interval_seconds)
     SELECT '${env}', platform, platform_user_id, ts, is_live, stream_started_at, viewer_count, elapsed_seconds, interval_seconds FROM kick_streamer_probe WHERE env = 'test'`,
  )
  const { report } = await bring('viewers', await world.file(header + lines([480, 540, 570, 600, 630, 690])))
  expect(report).toMatchObject({ stored: 3, present: 1, refused: 2, reasons: { observed: 2 } })
  expect(await probes(env)).toMatchObject([
    { at: 480, elapsed: 0, provenance: 'import' },
    { at: 540, elapsed: 60, provenance: 'import' },
    { at: 600, viewers: 5, elapsed: 0, provenance: '' },
    { at: 660, viewers: 5, elapsed: 60, provenance: '' },
    { at: 690, elapsed: 30, sample: 30, provenance: 'import' },
  ])
  expect(await readFile(report.refusedFile!, 'utf8')).toMatch(
    /,4,"observed","This program observed.*\r\n.*,6,"observed"/,
  )
  expect(await db.pool.query('SELECT report FROM dm.import_run')).toMatchObject({ rows: [{ report: { stored: 3 } }] })
})

test('what can not be read is named with its line and a sentence', async () => {
  const { import: bring } = await fresh()
  const content = Buffer.concat([
    Buffer.from(`\ufeff${header}`),
    Buffer.from(
      `77,${iso(start)},1\n\n77,yesterday,2\n77,${iso(start + 60)},many\n,${iso(start)},3\n77,${iso(start + 120)}\n77,"${iso(start + 180)}",4\n`,
    ),
    Buffer.from([0x37, 0x2c, 0xff, 0x2c, 0x31, 0x0a]),
    Buffer.from(`77,${iso(start + 86_400 * 365 * 5)},5\n77,2010-01-01T00:00:00Z,6\n77,${iso(start + 240)},7`),
  ])
  const { report } = await bring('viewers', await world.file(content))
  expect(report).toMatchObject({
    rows: 10,
    stored: 3,
    refused: 7,
    reasons: {
      'instant:observed_at': 1,
      'count:viewer_count': 1,
      channel: 1,
      columns: 1,
      utf8: 1,
      future: 1,
      'too-old': 1,
    },
  })
  const refused = (await readFile(report.refusedFile!, 'utf8')).split('\r\n').filter(Boolean)
  expect(refused.map((line) => line.split(',')[1])).toEqual(['line', '4', '5', '6', '7', '9', '10', '11'])
  expect(refused[1]).toMatch(/observed_at must be an instant .* and is ""yesterday""\./)
})

test('spaces around the names of a header are not part of them', async () => {
  const { env, import: bring } = await fresh()
  const names = 'channel_user_id,observed_at, viewer_count , "title"\n'
  const { report } = await bring('viewers', await world.file(`${names}77,${iso(start)}, 12,hi\n`))
  expect(report).toMatchObject({ stored: 1, refused: 0 })
  expect(await probes(env)).toMatchObject([{ is_live: true, viewers: 12 }])
})

test('an instant that no clock shows is refused and never shifted, in every form', async () => {
  const { env, import: bring } = await fresh()
  const day = '2026-10-02'
  const times = [
    'T25:00:00Z',
    'T25:00:00.000Z',
    'T24:00:00Z',
    'T12:00:60Z',
    'T12:00:60.000Z',
    'T12:60Z',
    'T12:00:00+99:99',
  ]
  const dates = ['2026-02-30T12:00:00Z', '2026-13-01T12:00:00.000Z', '2026-00-10T12:00:00.000Z', '2026-01-00']
  const bad = [...times.map((time) => `${day}${time}`), ...dates]
  const good = ['T23:59:59Z', 'T12:00:00.123Z', ' 13:00', 'T12:00:00+14:00', ''].map((time) => `${day}${time}`)
  const file = await world.file(`channel_user_id,observed_at\n${[...bad, ...good].map((at) => `77,${at}\n`).join('')}`)
  expect((await bring('viewers', file)).report).toMatchObject({
    stored: good.length,
    reasons: { 'instant:observed_at': bad.length },
  })
  expect(await probes(env)).toHaveLength(good.length)
  const starts = await world.file(
    `channel_user_id,observed_at,stream_started_at\n78,${day}T12:00:00Z,${day}T25:00:00Z\n`,
  )
  expect((await bring('viewers', starts)).report.reasons).toEqual({ 'instant:stream_started_at': 1 })

  const other = await fresh()
  const form = async (form: InstantForm, given: readonly string[]) =>
    (
      await other.import(
        'viewers',
        await world.file(`channel_user_id,observed_at\n${given.map((at) => `79,${at}\n`).join('')}`),
        {
          mapping: { columns: {}, instants: { observed_at: form }, constants: {}, delimiter: ',' },
        },
      )
    ).report
  const berlin = { pattern: 'dd.MM.yyyy HH:mm:ss', zone: 'Europe/Berlin' }
  const shown = [
    '29.03.2026 02:30:00',
    '01.10.2026 24:00:00',
    '01.10.2026 12:00:60',
    '30.02.2026 12:00:00',
    '29.03.2026 03:30:00',
  ]
  expect(await form(berlin, shown)).toMatchObject({ stored: 1, reasons: { 'instant:observed_at': 4 } })
  const huge = ['9007199254740993', '-9007199254740993', '99999999999999999999999', 'soon']
  expect(await form('seconds', [...huge, String(start)])).toMatchObject({
    stored: 1,
    reasons: { 'instant:observed_at': 4 },
  })
  expect(await form('milliseconds', [...huge, '9223372036854775807', String(start * 1000 + 60_000)])).toMatchObject({
    stored: 1,
    reasons: { 'instant:observed_at': 5 },
  })
})

test('what no sample can say is refused, each with a sentence', async () => {
  const { import: bring } = await fresh()
  const file = await world.file(
    `channel_user_id,observed_at,viewer_count,elapsed_seconds\n${[
      `77,${iso(start)},100000001,60`,
      `77,${iso(start)},1,4000000000`,
      `7 7,${iso(start)},1,60`,
      `${'7'.repeat(65)},${iso(start)},1,60`,
      `7é,${iso(start)},1,60`,
      `77,${iso(start)},100000000,60`,
    ].join('\n')}`,
  )
  const { report } = await bring('viewers', file)
  expect(report).toMatchObject({
    stored: 1,
    reasons: { 'count:viewer_count': 1, 'before-2000:elapsed_seconds': 1, 'account:channel_user_id': 3 },
  })
  const refused = await readFile(report.refusedFile!, 'utf8')
  expect(refused).toContain('viewer_count must be a whole number from 0 to 100000000, and is ""100000001""."')
  expect(refused).toContain('channel_user_id must be 1 to 64 printable characters of ASCII without spaces, and is')
})

test('a live sample without a start is exported without one', async () => {
  const { db, import: bring, export: give } = await fresh()
  await bring('viewers', await world.file(header + lines([0])))
  const { rows } = await db.pool.query('SELECT id FROM dm.streamer_channel')
  const [exported] = (await readFile(await give('viewers', BigInt(rows[0].id), 'ndjson'), 'utf8')).split('\n')
  expect(JSON.parse(exported!)).toMatchObject({ is_live: true, stream_started_at: null, viewer_count: 100 })
})

test.each([
  ['an empty file', '', 'is empty'],
  ['no names', '\n1,2\n', 'line 1 must name the columns'],
  ['another column', 'channel_user_id,when\n1,2\n', 'has no column observed_at'],
  ['UTF-16', Buffer.from(`\ufeff${header}`, 'utf16le'), 'is UTF-16'],
  ['a cut gzip', gzipSync(header + lines([0, 60, 120])).subarray(0, -6), 'no whole gzip file'],
])('%s is refused as a whole, in a sentence', async (_, content, message) => {
  const { import: bring } = await fresh()
  await expect(bring('viewers', await world.file(content))).rejects.toThrow(message)
})

test('a dry run tells the same and stores nothing', async () => {
  const { env, db, import: bring } = await fresh()
  const { report } = await bring('viewers', await world.file(header + lines([0, 60])), { isDryRun: true })
  expect(report).toMatchObject({ rows: 2, stored: 2 })
  expect(await probes(env)).toEqual([])
  expect((await db.pool.query('SELECT FROM dm.streamer_channel')).rowCount).toBe(0)
})

test('columns of others come in by a mapping', async () => {
  const { env, import: bring } = await fresh()
  const file = await world.file('who;time;ccv\n5;01.10.2026 02:00:00;12\n5;01.10.2026 02:01:00;14\n')
  const mapping = {
    columns: { channel_user_id: 'who', observed_at: 'time', viewer_count: 'ccv' },
    instants: { observed_at: { pattern: 'dd.MM.yyyy HH:mm:ss', zone: 'Europe/Berlin' } },
    constants: { platform: 'twitch', interval_seconds: '30' },
    delimiter: ';',
  }
  expect((await bring('viewers', file, { mapping })).report).toMatchObject({ stored: 2 })
  expect(await probes(env)).toMatchObject([
    { platform: 'twitch', user: '5', at: 0, viewers: 12, interval: 30 },
    { at: 60, viewers: 14, elapsed: 60, interval: 30 },
  ])
})

test.each([
  [
    { pattern: 'dd.MM.yyyy', zone: 'europe/berlin' },
    'zone must be the name of a time zone, like Europe/Berlin, and is',
  ],
  [{ pattern: 'dd.MM.yyyy', zone: '+01:00' }, 'zone must be the name of a time zone'],
  [
    { pattern: 'dd.MM.yyyy VV', zone: 'UTC' },
    'pattern is no pattern of Joda that can be read: format is not supported',
  ],
  [{ pattern: "yyyy 'T", zone: 'UTC' }, 'pattern is no pattern of Joda that can be read: No closing single quote'],
  [{ pattern: "dd.MM 'yyyy'", zone: 'UTC' }, 'pattern must say the year'],
])('a mapping with %j is refused before anything is read', async (form, why) => {
  const mapping = { ...ownColumns, instants: { observed_at: form } }
  await expect(checkInstants(world.store, mapping, 'm.json')).rejects.toThrow(
    `The mapping m.json can not be used: instants.observed_at.${why}`,
  )
})

test('what is no file is refused at once, by its name', async () => {
  const { import: bring } = await fresh()
  const folder = path.join(world.directory, 'odd')
  await mkdir(path.join(folder, 'inside.csv'), { recursive: true })
  await expect(bring('viewers', folder)).rejects.toThrow(`${path.join(folder, 'inside.csv')} is a folder: name a file.`)
  await rm(path.join(folder, 'inside.csv'), { recursive: true })
  await expect(bring('viewers', folder)).rejects.toThrow(`The folder ${folder} holds no file whose name ends in`)
  const pipe = path.join(folder, 'pipe.csv')
  execFileSync('mkfifo', [pipe])
  for (const source of [pipe, folder])
    await expect(bring('viewers', source)).rejects.toThrow(`${pipe} is a pipe: name a file.`)
  await expect(bring('viewers', '/dev/zero', { format: 'csv' })).rejects.toThrow('/dev/zero is a device: name a file.')
  await expect(bring('viewers', path.join(folder, 'no.csv'))).rejects.toThrow('there is nothing of that name')
})

test('columns whose names hold the delimiter or quotes come in by a mapping', async () => {
  const { env, import: bring } = await fresh()
  const file = await world.file(`"user, ""id""",observed_at,"viewers\n(all)"\n5,${iso(start)},12\n5,never,13\n`)
  const columns = { channel_user_id: 'user, "id"', viewer_count: 'viewers\n(all)' }
  const { report } = await bring('viewers', file, { mapping: { ...ownColumns, columns } })
  expect(report).toMatchObject({ stored: 1, refused: 1 })
  expect(await readFile(report.refusedFile!, 'utf8')).toContain(',4,"instant:observed_at"')
  expect(await probes(env)).toMatchObject([{ user: '5', viewers: 12 }])
})

test('samples with their own times are the same in any order, in any number of files, and twice', async () => {
  const rows = Array.from({ length: 24 }, (_, n) => {
    const [user, minute] = [n % 2, Math.floor(n / 2)]
    const elapsed = minute === 0 ? 0 : minute === 7 ? 240 : 60
    return `${user},${iso(start + (minute + (minute >= 7 ? 3 : 0)) * 60)},${n},${elapsed},60`
  })
  const names = 'channel_user_id,observed_at,viewer_count,elapsed_seconds,interval_seconds'
  const whole = await fresh()
  await whole.import('viewers', await world.file([names, ...rows].join('\n')))
  const expected = await probes(whole.env)
  const arbitrary = fc.tuple(
    fc.shuffledSubarray(rows, { minLength: rows.length }),
    fc.integer({ min: 1, max: rows.length - 1 }),
    fc.subarray(rows),
  )
  await fc.assert(
    fc.asyncProperty(arbitrary, async ([shuffled, cut, again]) => {
      const { env, import: bring } = await fresh()
      for (const some of [shuffled.slice(0, cut), [...shuffled.slice(cut), ...again]])
        await bring('viewers', await world.file([names, ...some].join('\n')))
      expect(await probes(env)).toEqual(expected)
    }),
    { numRuns: 5 },
  )
})

test('an import says so where its refused rows can not be written, and goes on when they can', async () => {
  const { env, import: bring } = await fresh()
  const folder = path.join(world.directory, 'refused')
  const aside = path.join(world.directory, 'aside')
  if (existsSync(folder)) await rename(folder, aside)
  await writeFile(folder, '')
  const file = await world.file(`${header}${lines([0])}78,no instant,1\r\n`)
  await expect(bring('viewers', file)).rejects.toThrow(/is not a directory/)
  await rm(folder)
  if (existsSync(aside)) await rename(aside, folder)
  const { report } = await bring('viewers', file)
  expect(report).toMatchObject({ rows: 2, refused: 1 })
  expect(await probes(env)).toHaveLength(1)
  expect(await readFile(report.refusedFile!, 'utf8')).toContain('instant')
})
