import { expect, test } from 'vitest'
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
    'to must be an instant from 1970 to 2105 in RFC 3339 with a zone, like "2026-01-31T18:00:00Z".',
  ],
  [
    'username=xqc&from=yesterday&to=2026-11-01T00:00:00Z',
    'from must be an instant from 1970 to 2105 in RFC 3339 with a zone, like "2026-01-31T18:00:00Z".',
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
    expect([refused.status, errorOf(refused.body)]).toEqual([403, 'FORBIDDEN: Exports of chat need the role OPERATOR.'])
    expect((await download(path, asOperator)).status).toBe(200)
    expect((await download(path, { Authorization: `Bearer ${adminKey}` })).status).toBe(200)
    expect((await download(path, { Authorization: 'Bearer nonsense' })).status).toBe(401)
  }
  const closed = await start({ publicAccess: 'none' })
  for (const kind of ['viewers', 'sessions', 'follows', 'chat'])
    expect((await download(`${closed.url}/export/${kind}?username=xqc&${range}`)).status).toBe(401)
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
