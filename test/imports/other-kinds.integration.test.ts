import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createImportWorld, type ImportWorld, type Instance } from '../support/imports/import-world.ts'
import { seed } from '../support/stores/seed.ts'

let world: ImportWorld
let instances = 0
const fresh = (): Promise<Instance> => world.instance(`kinds-${instances++}`)
beforeAll(async () => {
  world = await createImportWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

// Recent, because tables of chat forget what is older than 30 days.
const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10)
const ndjson = (rows: readonly object[], name: string) =>
  world.file(rows.map((row) => `${JSON.stringify(row)}\n`).join(''), name)
const chatOf = (env: string) =>
  world.rows(
    `SELECT message_id AS id, content, provenance FROM kick_chat_message WHERE env = '${env}' ORDER BY created_at, message_id`,
  )

test('messages are known by their ids, and those without one by what they say', async () => {
  const { env, import: bring } = await fresh()
  const said = (id: string | null, second: number, content: string) => ({
    channel_user_id: 5,
    ...(id !== null && { message_id: id }),
    created_at: `${day}T00:00:0${second}Z`,
    platform_user_id: 7,
    content,
  })
  const rows = [
    said('a', 1, 'one'),
    said('b', 2, 'two'),
    said('a', 1, 'one'),
    said(null, 3, 'three'),
    said(null, 3, 'three'),
  ]
  const { report } = await bring('chat', await ndjson(rows, 'chat-1.ndjson'))
  expect(report).toMatchObject({ rows: 5, stored: 3, repeated: 2 })
  const before = await chatOf(env)
  expect(before).toMatchObject([{ id: 'a', provenance: 'import' }, { id: 'b' }, { content: 'three' }])
  const again = await bring('chat', await ndjson([...rows.toReversed(), said('c', 4, 'four')], 'chat-2.ndjson'))
  expect(again.report).toMatchObject({ rows: 6, stored: 1, present: 5 })
  expect(await chatOf(env)).toMatchObject([...before, { id: 'c' }])
})

test('a line that is no JSON is refused, and those around it are not', async () => {
  const { env, import: bring } = await fresh()
  const line = JSON.stringify({
    channel_user_id: '5',
    message_id: 'x',
    created_at: `${day}T00:00:01Z`,
    platform_user_id: '7',
    content: 'hi',
  })
  const file = await world.file(
    `${line}\n{"broken\n[1]\n${line.replace('"x"', '"y"')}\n{"channel_user_id":"5","mess`,
    'broken.ndjson',
  )
  const { report } = await bring('chat', file)
  expect(report).toMatchObject({ rows: 5, stored: 2, refused: 3, reasons: { json: 2, broken: 1 } })
  expect(await chatOf(env)).toMatchObject([{ id: 'x' }, { id: 'y' }])
})

test('a line with a key twice, or with half a character, is refused, and those around it are not', async () => {
  const { env, import: bring } = await fresh()
  const line = (id: string, more = '') =>
    `{"channel_user_id":"5","message_id":"${id}","created_at":"${day}T00:00:01Z","platform_user_id":"7","content":"hi: {\\"x\\"}"${more}}`
  const odd = [line('b', ',"content":"ho"'), line('c', ',"c\\u006fntent":"ho"'), line('d', ',"username":"\\ud800"')]
  const twiceInside = line('e', ',"emotes_json":{"a":1,"b":{"a":2}},"unread":[{"a":1},{"a":1}]')
  const file = await world.file([line('a'), ...odd, twiceInside].join('\n'), 'keys.ndjson')
  const { report } = await bring('chat', file)
  expect(report).toMatchObject({ rows: 5, stored: 2, refused: 3, reasons: { json: 3 } })
  expect(await chatOf(env)).toMatchObject([{ id: 'a' }, { id: 'e' }])
})

test('what was observed of broadcasts stays, and only what lies beside it comes in', async () => {
  const { db, import: bring } = await fresh()
  const id = await seed(db).channel({ slug: 'seen' })
  const at = (time: string) => new Date(`${day}T${time}:00Z`)
  await seed(db).session(id, at('10:00'), at('12:00'), 'observed')
  const row = (from: string, to: string, title: string) =>
    `seen,${day}T${from}:00Z,${to && `${day}T${to}:00Z`},"${title}"`
  const file = await world.file(
    [
      'channel_slug,started_at,ended_at,title',
      row('10:00', '12:00', 'same'),
      row('11:00', '13:00', 'over'),
      row('12:00', '13:00', 'after'),
      row('12:30', '14:00', 'two'),
      row('08:00', '07:00', 'back'),
      row('15:00', '', 'open'),
    ].join('\n'),
  )
  const { report } = await bring('sessions', file)
  expect(report).toMatchObject({
    stored: 1,
    refused: 5,
    reasons: { observed: 2, overlap: 1, 'ends-before': 1, open: 1 },
  })
  const sessions = await db.pool.query(
    'SELECT title, end_source, provenance FROM dm.stream_session ORDER BY started_at',
  )
  expect(sessions.rows).toEqual([
    { title: 'observed', end_source: 'poll', provenance: null },
    { title: 'after', end_source: 'import', provenance: 'import' },
  ])
  expect((await bring('sessions', file, { format: 'csv' })).report).toMatchObject({ stored: 0, present: 1 })
})

test('what no session can say is refused, each with a sentence', async () => {
  const { db, import: bring } = await fresh()
  const names = ['coverage', 'peak_viewers', 'peak_at', 'average_viewers', 'hours_watched', 'samples', 'title'] as const
  let hour = 0
  const row = (values: Partial<Record<(typeof names)[number], number | string>>) => ({
    channel_user_id: '5',
    started_at: `${day}T${String(hour).padStart(2, '0')}:00:00Z`,
    ended_at: `${day}T${String(hour++).padStart(2, '0')}:30:00Z`,
    ...values,
  })
  const rows = [
    row({ coverage: 1.5 }),
    row({ coverage: -0.1 }),
    row({ peak_viewers: 2147483648 }),
    row({ samples: 2147483648 }),
    row({ peak_viewers: 10, peak_at: `${day}T23:00:00Z` }),
    row({ peak_viewers: 10, average_viewers: 11 }),
    row({ average_viewers: -1 }),
    row({ peak_viewers: 10, hours_watched: 131 }),
    row({ hours_watched: 1e300 }),
    row({ hours_watched: -1 }),
    row({ title: 'a\0b' }),
    { ...row({}), ended_at: '2100-01-01T00:00:00Z' },
    row({
      coverage: 1,
      peak_viewers: 10,
      peak_at: `${day}T12:30:00Z`,
      average_viewers: 10,
      hours_watched: 5,
      samples: 30,
      title: 'whole',
    }),
  ]
  const { report } = await bring('sessions', await ndjson(rows, 'impossible.ndjson'))
  expect(report).toMatchObject({
    stored: 1,
    reasons: {
      'number:coverage': 2,
      'count:peak_viewers': 1,
      'count:samples': 1,
      'outside:peak_at': 1,
      'above-peak:average_viewers': 1,
      'number:average_viewers': 1,
      'above-peak:hours_watched': 2,
      'number:hours_watched': 1,
      'nul:title': 1,
      open: 1,
    },
  })
  const refused = await readFile(report.refusedFile!, 'utf8')
  expect(refused).toContain('coverage must be a number from 0 to 1, and is ""1.5""."')
  expect(refused).toContain('hours_watched must be a number of 0 or more, and is ""-1""."')
  expect(refused).not.toContain('undefined')
  const sessions = await db.pool.query('SELECT title FROM dm.stream_session')
  expect(sessions.rows).toEqual([{ title: 'whole' }])
})

test('a follow that was told here is the same one, also within the hour', async () => {
  const { db, import: bring } = await fresh()
  const id = await seed(db).channel({ slug: 'followed' })
  await db.pool.query(
    `INSERT INTO dm.kick_follow_event (channel_id, follower_platform_user_id, occurred_at) VALUES ($1, 'a', $2)`,
    [id, `${day}T10:00:00Z`],
  )
  const lines = ['a,09:30:00', 'a,11:30:00', 'b,10:00:00', 'b,10:10:00', ',10:00:01', ',10:00:01'].map((line) => {
    const [who, time] = line.split(',')
    return `followed,${who},${day}T${time}Z`
  })
  const file = await world.file(['channel_slug,follower_platform_user_id,occurred_at', ...lines].join('\n'))
  expect((await bring('follows', file)).report).toMatchObject({ rows: 6, stored: 4, present: 1, repeated: 1 })
  expect((await bring('follows', file)).report).toMatchObject({ stored: 0, present: 6 })
})

test('a slug that nobody knows is refused, and one that the platform knows becomes a channel', async () => {
  const { db, import: bring } = await fresh()
  const file = await world.file(`channel_slug,occurred_at\nnobody,${day}T10:00:00Z\n`)
  expect((await bring('follows', file)).report).toMatchObject({ stored: 0, reasons: { 'channel-unknown': 1 } })
  expect((await db.pool.query('SELECT FROM dm.streamer_channel')).rowCount).toBe(0)
})

test('a channel has each name since it was seen with it, whatever the order of the rows', async () => {
  const { db, import: bring } = await fresh()
  const seen = [
    // One is renamed and takes its name back; what was free meanwhile had somebody else before.
    '5,anna,10',
    '5,Bert,12',
    '5,anna,14',
    '5,anna,15',
    '6,bert,11',
    '6,cleo,13',
    '7,dora,10',
    // Seen without a name first, and with two at once.
    '8,,10',
    '8,emil,11',
    '9,finn,10',
    '9,gwen,10',
    '9,gwen,12',
  ].map((line) => `${line.replace(/,(\d+)$/, `,${day}T$1:00:00Z`)}`)
  const shuffled = seen.toSorted((a, b) => (hash('sha256', a) < hash('sha256', b) ? -1 : 1))
  const file = await world.file(['channel_user_id,channel_slug,occurred_at', ...shuffled].join('\n'))
  expect((await bring('follows', file)).report).toMatchObject({ stored: seen.length })
  const { rows } = await db.pool.query(
    `SELECT concat_ws(' ', c.platform_user_id, h.slug, to_char(h.observed_from AT TIME ZONE 'UTC', 'HH24'), to_char(h.observed_until AT TIME ZONE 'UTC', 'HH24')) AS told
     FROM dm.streamer_channel_slug_history h JOIN dm.streamer_channel c ON c.id = h.channel_id ORDER BY c.platform_user_id, h.observed_from`,
  )
  expect(rows.map(({ told }) => told)).toEqual([
    '5 anna 10 12',
    '5 bert 12 14',
    '5 anna 14',
    '6 bert 11 12',
    '6 cleo 13',
    '7 dora 10',
    '8 emil 11',
    '9 gwen 12',
  ])
  const channels = await db.pool.query(
    `SELECT current_slug AS slug, extract(hour FROM first_seen_at AT TIME ZONE 'UTC')::int AS hour FROM dm.streamer_channel ORDER BY platform_user_id`,
  )
  expect(channels.rows).toEqual([
    { slug: 'anna', hour: 10 },
    { slug: 'cleo', hour: 11 },
    { slug: 'dora', hour: 10 },
    { slug: 'emil', hour: 10 },
    { slug: 'gwen', hour: 10 },
  ])
})

test('only one import runs at a time', async () => {
  const { import: bring } = await fresh()
  const file = await world.file(`channel_user_id,occurred_at\n5,${day}T10:00:00Z\n`)
  const both = await Promise.allSettled([bring('follows', file), bring('follows', file)])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const refused = both.find((one) => one.status === 'rejected')
  expect(String(refused?.reason)).toContain('Another import runs')
})
