import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCallRecorder } from '../../src/calls/call-recorder.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createKickLogin } from '../../src/platforms/kick/account-login.ts'
import { createKickPlatform } from '../../src/platforms/kick/kick-platform.ts'
import { createKickWebhooks } from '../../src/platforms/kick/kick-webhooks.ts'
import { operatorKey, startTestApi } from '../support/http/api.ts'
import { type Reply, type ScriptedHttp, startScriptedHttp } from '../support/platforms/scripted-http.ts'
import { createSigner } from '../support/platforms/webhook-signer.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'

const token = 'app-token-that-nobody-may-see'
const clientSecret = 'client-secret-that-nobody-may-see'

let database: TestDatabase
let kick: ScriptedHttp
let channels: Reply

beforeAll(async () => {
  database = await createTestDatabase()
  kick = await startScriptedHttp(({ path }) => {
    if (path === '/oauth/token') return { json: { access_token: token, token_type: 'Bearer', expires_in: 3_600 } }
    if (path === '/public/v1/channels') return channels
    return { status: 500, json: { message: `bad: ${token}` } }
  })
})
afterAll(async () => {
  await kick[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const logged = statement(
  'test_logged_calls',
  `SELECT l.endpoint, l.status, l.error, l.body, c.current_slug AS slug
   FROM dm.scrape_log l LEFT JOIN dm.streamer_channel c ON c.id = l.channel_id ORDER BY l.id`,
)
const take = async () => {
  const rows = await database.db.query(logged)
  await database.db.pool.query('DELETE FROM dm.scrape_log')
  for (const row of rows) for (const secret of [token, clientSecret]) expect(JSON.stringify(row)).not.toContain(secret)
  return rows
}

const access = () => ({ apiUrl: kick.url, idUrl: kick.url, clientId: 'client', clientSecret })
const parts = { clock: Date.now, log: silentLog }

test('trackChannel logs its calls: with the channel that it found, and with the answer where it failed', async () => {
  await using platform = createKickPlatform({ ...access(), ...parts, requestsPerSecond: Number.POSITIVE_INFINITY })
  await using api = await startTestApi({ db: database.db, platforms: [platform] })
  const track = (slug: string) => api.ask(`mutation { trackChannel(slug: "${slug}") { __typename } }`, {}, operatorKey)
  channels = { json: { data: [{ broadcaster_user_id: 7, slug: 'nova' }], message: 'OK' } }
  await track('nova')
  expect(await take()).toEqual([
    { endpoint: '/oauth/token', status: 200, error: null, body: null, slug: null },
    { endpoint: '/public/v1/channels', status: 200, error: null, body: null, slug: 'nova' },
  ])
  channels = { json: { data: [], message: 'OK' } }
  await track('nobody')
  expect(await take()).toMatchObject([{ endpoint: '/public/v1/channels', status: 200, error: null, slug: null }])
  channels = { status: 400, json: { data: null, message: `You sent ${token}` } }
  await track('broken')
  expect(await take()).toMatchObject([
    { status: 400, error: 'answered 400', body: '{"data":null,"message":"You sent [struck out]"}', slug: null },
  ])
})

test('the calls of a login and of the key of webhooks are logged, without any of what they were answered', async () => {
  {
    await using recorder = createCallRecorder(database.db, silentLog)
    const onRecord = recorder.record
    await using login = createKickLogin({ ...access(), ...parts, onRecord })
    const request = { redirectUri: 'http://localhost/callback', state: 'state', codeVerifier: 'v'.repeat(43) }
    expect(await login.identify(new URLSearchParams({ code: 'code', state: 'state' }), request)).toEqual({
      kind: 'unavailable',
    })
    await using webhooks = createKickWebhooks({ ...access(), ...parts, onRecord })
    const { headers, body } = createSigner().sign({ body: '{}' })
    await webhooks.verify(headers, body)
  }
  const rows = await take()
  expect(rows.map(({ endpoint, status, body }) => [endpoint, status, body]).toSorted()).toEqual([
    ['/oauth/revoke', 500, null],
    ['/oauth/token', 200, null],
    ['/public/v1/public-key', 500, null],
    ['/public/v1/users', 500, null],
  ])
})
