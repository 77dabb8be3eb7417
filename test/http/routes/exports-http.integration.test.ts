import { expect, test } from 'vitest'
import { exportKinds } from '../../../src/exports/run-export.ts'
import { adminKey } from '../../support/http/api.ts'
import { download } from '../../support/http/download.ts'
import { asOperator, errorOf, exportApi, from, range } from '../../support/http/export-api.ts'
import { completeThrough } from '../../support/http/export-server.ts'

const api = exportApi()
const { start } = api

test('a download ends with its hash and row count, and asked for again they are the same, as is the checksum alone', async () => {
  const { url } = await start()
  const path = `${url}/export/viewers?channel_id=${api.channelId}&format=ndjson&from=${from}&to=2026-11-01T12:00:00Z`
  const first = await download(path)
  expect(first).toMatchObject({
    status: 200,
    whole: true,
    trailers: { 'x-content-sha256': first.sha256, 'x-row-count': '43200' },
  })
  expect(first.headers).toMatchObject({
    'content-type': 'application/x-ndjson; charset=utf-8',
    'content-disposition': 'attachment; filename="xqc-viewers-20261101T000000Z-20261101T120000Z.ndjson"',
    'cache-control': 'no-store',
    'x-complete-through': completeThrough.toISOString(),
    'transfer-encoding': 'chunked',
    trailer: 'X-Content-SHA256, X-Row-Count',
  })
  expect((await download(path)).sha256).toBe(first.sha256)
  const checksum = await download(`${path}&checksum=1`)
  expect(checksum.body.toString()).toBe(`${first.sha256}  xqc-viewers-20261101T000000Z-20261101T120000Z.ndjson\n`)
  expect(checksum.headers).toMatchObject({ 'x-content-sha256': first.sha256, 'x-row-count': '43200' })
})

test('an empty document and HEAD have the headers of a download', async () => {
  const { url } = await start()
  const path = `${url}/export/viewers?username=other&format=ndjson&${range}`
  const empty = await download(path)
  expect(empty).toMatchObject({
    status: 200,
    whole: true,
    trailers: { 'x-row-count': '0', 'x-content-sha256': empty.sha256 },
  })
  const head = await download(path, {}, 'HEAD')
  expect([head.status, head.body.length]).toEqual([200, 0])
  expect(head.headers['content-disposition']).toBe(empty.headers['content-disposition'])
})

test('of several keys channel_id counts before username and username before kick_user_id', async () => {
  const { url } = await start()
  const channelOf = async (keys: string) => {
    const { body } = await download(`${url}/export/sessions?${keys}&format=ndjson&${range}`)
    return (JSON.parse(body.toString()) as { channel_id: string }).channel_id
  }
  const other = await channelOf('username=other')
  expect(other).not.toBe(String(api.channelId))
  expect(await channelOf(`channel_id=${api.channelId}&username=other&kick_user_id=4711`)).toBe(String(api.channelId))
  expect(await channelOf('kick_user_id=4711&username=xqc')).toBe(String(api.channelId))
  expect(await channelOf('kick_user_id=4711')).toBe(other)
  expect(await channelOf('username=XQC&platform=kick')).toBe(String(api.channelId))
  expect(await channelOf('username=old-name')).toBe(String(api.channelId))
})

test.each([
  ['format=xml', 'format must be one of csv, ndjson, parquet.'],
  [
    'form=csv',
    'The arguments of an export are channel_id, username, kick_user_id, platform, format, from, to, checksum.',
  ],
  ['from=2026-11-01T00:00:00Z', 'from must be given once.'],
  ['platform=tiktok', 'platform must be one of kick, twitch, x.'],
  ['checksum=yes', 'checksum must be one of 0, 1.'],
])('%s is refused with one sentence', async (argument, message) => {
  const { url } = await start()
  const answer = await download(`${url}/export/viewers?username=xqc&${range}&${argument}`)
  expect([answer.status, errorOf(answer.body)]).toEqual([400, `BAD_USER_INPUT: ${message}`])
})

test.each([
  [range, 'Give one of channel_id, username and kick_user_id.'],
  [
    `channel_id=0&${range}`,
    'channel_id must be the id of a channel: a global id, a ULID or a number from 1 to 9223372036854775807.',
  ],
  [`username=a%20b&${range}`, 'username must be 1 to 40 letters, digits, "_" or "-".'],
  [`kick_user_id=x&${range}`, 'kick_user_id must be 1 to 20 digits.'],
  [`kick_user_id=1&platform=x&${range}`, 'kick_user_id goes with platform kick only.'],
  [
    'username=xqc&from=2026-11-01T00:00:00Z',
    'to must be an instant from 1970 to 2105 in RFC 3339 with a zone, like "2026-01-31T18:00:00Z", or told from now, like "now-24h" or "now-1d/d".',
  ],
  [
    'username=xqc&from=yesterday&to=2026-11-01T00:00:00Z',
    'from must be an instant from 1970 to 2105 in RFC 3339 with a zone, like "2026-01-31T18:00:00Z", or told from now, like "now-24h" or "now-1d/d".',
  ],
  ['username=xqc&from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z', 'from must not be after to.'],
  ['username=xqc&from=2024-11-02T00:00:00Z&to=2026-11-01T00:00:00Z', 'to must be at most 366 days after from.'],
])('%s is refused with one sentence', async (query, message) => {
  const { url } = await start()
  const answer = await download(`${url}/export/viewers?${query}`)
  expect([answer.status, errorOf(answer.body)]).toEqual([400, `BAD_USER_INPUT: ${message}`])
  expect(answer.headers['content-disposition']).toBeUndefined()
})

test('a channel that does not exist is 404, other methods are 405', async () => {
  const { url } = await start()
  for (const key of ['username=nobody', 'channel_id=999999', 'kick_user_id=1']) {
    const answer = await download(`${url}/export/viewers?${key}&${range}`)
    expect([answer.status, errorOf(answer.body)]).toEqual([
      404,
      `NOT_FOUND: There is no channel with this ${key.split('=')[0]}.`,
    ])
  }
  expect(await download(`${url}/export/viewers`, {}, 'POST')).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD, OPTIONS' },
  })
})

test('chat is for operators, the rest for whoever may read, and a checksum tells nobody more', async () => {
  const { url } = await start()
  for (const more of ['', '&checksum=1']) {
    const path = `${url}/export/chat?username=xqc&format=ndjson&${range}${more}`
    const refused = await download(path)
    expect([refused.status, errorOf(refused.body)]).toEqual([
      403,
      'FORBIDDEN: Exports of chat need role OPERATOR and you are PUBLIC: send a key of that role.',
    ])
    expect((await download(path, asOperator)).status).toBe(200)
    expect((await download(path, { Authorization: `Bearer ${adminKey}` })).status).toBe(200)
    expect((await download(path, { Authorization: 'Bearer nonsense' })).status).toBe(401)
  }
  const closed = await start({ publicAccess: 'none' })
  for (const kind of exportKinds)
    expect((await download(`${closed.url}/export/${kind}?username=xqc&${range}`)).status).toBe(401)
})

test('renames are those of all channels, of a platform or of one channel; other exports need a channel', async () => {
  const { url } = await start()
  const early = 'format=ndjson&from=1970-01-01T00:00:00Z&to=1970-01-02T00:00:00Z'
  const renames = async (more: string) => {
    const { status, body, headers } = await download(`${url}/export/renames?${early}${more}`)
    expect(status).toBe(200)
    const rows = body.toString().split('\n').filter(Boolean)
    return { name: headers['content-disposition'], rows: rows.map((row) => JSON.parse(row).from_slug) }
  }
  const file = (of: string) => `attachment; filename="${of}-renames-19700101T000000Z-19700102T000000Z.ndjson"`
  expect(await renames('')).toEqual({ name: file('all'), rows: ['old-name'] })
  expect(await renames('&platform=kick')).toEqual({ name: file('kick'), rows: ['old-name'] })
  expect(await renames('&platform=twitch')).toEqual({ name: file('twitch'), rows: [] })
  expect(await renames('&username=xqc')).toEqual({ name: file('xqc'), rows: ['old-name'] })
  expect(await renames('&username=other')).toEqual({ name: file('other'), rows: [] })
  const refused = await download(`${url}/export/status-events?${early}`)
  expect([refused.status, errorOf(refused.body)]).toEqual([
    400,
    'BAD_USER_INPUT: Give one of channel_id, username and kick_user_id.',
  ])
})

test('rankings are those of all channels with their values, of a platform or of one channel', async () => {
  const { url } = await start()
  const rankings = async (more = '', to = '2026-11-01T00:01:40Z') => {
    const { status, body } = await download(`${url}/export/rankings?format=ndjson&from=${from}&to=${to}${more}`)
    expect(status).toBe(200)
    const rows = body.toString().split('\n').filter(Boolean)
    return rows.map((row) => JSON.parse(row))
  }
  // A probe a second, each with one viewer more than the one before; the first stands for no time of the range.
  const watched = Array.from({ length: 100 }, (_, second) => second).reduce((sum, viewers) => sum + viewers, 0)
  const row = {
    rank: 1,
    platform: 'kick',
    slug: 'xqc',
    hours_watched: watched / 3600,
    share: 1,
    peak_viewers: 99,
    peak_at: '2026-11-01T00:01:39.000Z',
    average_viewers: watched / 99,
    air_hours: 99 / 3600,
  }
  expect(await rankings()).toEqual([expect.objectContaining(row)])
  expect(await rankings('&platform=kick')).toHaveLength(1)
  expect(await rankings('&platform=twitch')).toEqual([])
  expect(await rankings('&username=xqc')).toHaveLength(1)
  expect(await rankings('&username=other')).toEqual([])
  expect(await rankings('', from)).toEqual([])
})

test('columns that GraphQL shows to operators alone are in the files of operators alone', async () => {
  const { url } = await start()
  const columnsOf = async (kind: string, headers: Record<string, string> = {}) => {
    const answer = await download(
      `${url}/export/${kind}?username=xqc&format=csv&from=${from}&to=2026-11-01T00:01:00Z`,
      headers,
    )
    expect(answer.status).toBe(200)
    return answer.body.toString().split('\r\n')[0]!.replaceAll('"', '').split(',')
  }
  const hidden: Record<string, string[]> = {
    viewers: ['interval_seconds'],
    follows: ['follower_platform_user_id'],
    sessions: [],
  }
  for (const [kind, columns] of Object.entries(hidden)) {
    const [all, shown] = [await columnsOf(kind, asOperator), await columnsOf(kind)]
    expect(all).toEqual(expect.arrayContaining(columns))
    expect(shown).toEqual(all.filter((column) => !columns.includes(column)))
  }
})

test('pages of allowed origins may read, and are shown the headers; others are refused', async () => {
  const { url } = await start()
  const path = `${url}/export/sessions?username=xqc&${range}`
  const allowed = await download(path, { Origin: 'https://app.example.com' })
  expect(allowed.headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example.com',
    'access-control-expose-headers': expect.stringContaining('X-Row-Count'),
  })
  const refused = await download(path, { Origin: 'https://evil.example' })
  expect([refused.status, String(refused.body)]).toEqual([403, expect.stringContaining('name it in ALLOWED_ORIGINS')])
  expect((await download(path, { Origin: 'https://app.example.com' }, 'OPTIONS')).status).toBe(204)
})
