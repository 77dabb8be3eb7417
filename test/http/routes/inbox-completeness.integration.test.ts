import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { upsertChannel } from '../../../src/channels/upsert.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { createTwitchWebhooks } from '../../../src/platforms/twitch/twitch-webhooks.ts'
import type { DeliveryReader, WebhookSource } from '../../../src/platforms/webhook-source.ts'
import { inboxFormat } from '../../../src/stores/clickhouse/tables/webhook-inbox.ts'
import { deliveryQueue } from '../../../src/webhooks/delivery-row.ts'
import { startProjector } from '../../../src/webhooks/projector.ts'
import { eventually } from '../../support/lib/eventually.ts'
import { chatBody, everyBody, followBody, person, statusBody } from '../../support/platforms/kick-bodies.ts'
import { type TwitchDeliveryOptions, twitchDelivery } from '../../support/platforms/twitch-delivery.ts'
import { createSigner, type SignedContent, type SignedDelivery } from '../../support/platforms/webhook-signer.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { statement } from '../../support/stores/statement.ts'
import { kickReader } from '../../support/webhooks/delivery-readers.ts'
import { subscribedChannel, subscriptionOf, takeRows } from '../../support/webhooks/projector-fixture.ts'
import { type Receiving, startReceiving } from '../../support/webhooks/webhook-receiving.ts'

type Row = { request: string; answer: string; kept: string; payload: string; outcome: string; changes: string }

const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8')
const table: Row[] = page
  .split('\n')
  .filter((line) => /^\| .* \| (\d{3}|none) /.test(line))
  .map((line) => {
    const [request, answer, kept, payload, outcome, changes] = line.split('|').slice(1, -1)
    return { request, answer, kept, payload, outcome, changes } as Row
  })
  .map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell.trim()])) as Row)

const user = 71
const twitchSecret = 'a secret of Twitch'
const minute = 60_000

let database: TestDatabase
let fixture: Receiving
let crowded: Receiving
let blind: Receiving
const resources = new AsyncDisposableStack()

const subscribeTwitch = statement(
  'test_subscribe_twitch',
  `INSERT INTO dm.event_subscription (channel_id, event, platform_subscription_id, status) VALUES ($1, 'stream.online', 'twitch-sub', 'active')`,
)

beforeAll(async () => {
  database = resources.use(await createTestDatabase())
  const { db } = database
  const twitch = createTwitchWebhooks({ secrets: () => [twitchSecret], clock: systemClock })
  const absent: WebhookSource = { ...twitch, platform: 'absent', verify: async () => ({ kind: 'not-set-up' }) }
  fixture = resources.use(await startReceiving({ more: [twitch, absent] }))
  const sources = new Map<string, DeliveryReader>([
    ['kick', kickReader],
    ['twitch', twitch],
  ])
  resources.use(startProjector({ spool: fixture.spool, db, env: 'test', sources, clock: systemClock, log: silentLog }))
  crowded = resources.use(await startReceiving({ maxBytes: 1 }))
  blind = resources.use(await startReceiving({ keyless: true }))
  await subscribedChannel(db, user)
  const seen = { platformUserId: '1337', slug: 'on_twitch', observedAt: new Date() }
  await db.query(subscribeTwitch, [(await upsertChannel(db, 'twitch', seen, { log: silentLog })).id])
})
afterAll(() => resources.disposeAsync())

/** The status of the answer; `none` where the connection went before there was one. */
type Answer = number | 'none'

const at = (ms: number): string => new Date(Date.now() + ms).toISOString()

const signed = (type: string, body: object | string, more: Partial<SignedContent> = {}): SignedDelivery =>
  fixture.signer.sign({
    type,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    subscriptionId: subscriptionOf(user, type),
    ...more,
  })

const post = async ({ headers, body }: SignedDelivery, platform = 'kick', to = fixture): Promise<Answer> => {
  const url = `${to.serverUrl}/webhooks/${platform}`
  return (await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })).status
}

const twitchSends = (options: Partial<TwitchDeliveryOptions>) =>
  post(twitchDelivery({ secret: twitchSecret, type: 'stream.online', timestamp: at(0), ...options }), 'twitch')

const revocation = { messageType: 'revocation', status: 'authorization_revoked' } as const

const broadcast = statusBody(user, '2026-01-01T12:00:00Z', null)

const breakOff = async (): Promise<Answer> => {
  const before = await fixture.counted('interrupted')
  const { headers, body } = signed('chat.message.sent', chatBody(user, 'broken off'))
  const head = ['POST /webhooks/kick HTTP/1.1', 'Host: x', ...Object.entries(headers).map((pair) => pair.join(': '))]
  const socket = net.connect(fixture.port, '127.0.0.1').on('error', () => undefined)
  await once(socket, 'connect')
  socket.write([...head, `Content-Length: ${body.length}`, '', ''].join('\r\n'))
  socket.write(body.subarray(0, 10), () => socket.resetAndDestroy())
  await eventually('it is counted', async () => (await fixture.counted('interrupted')) > before)
  return 'none'
}

const withoutHeader = ({ headers, body }: SignedDelivery, name: string): SignedDelivery => ({
  headers: Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name)),
  body,
})

const chat = (id: string) => chatBody(user, id, { created_at: at(0) })

/** What is sent before, and the request of a row. */
type Request = { before?: () => Promise<unknown>; send: () => Promise<Answer> }

const sending = (make: () => SignedDelivery): Request => ({ send: () => post(make()) })

const follow = (follower: number, ageMs: number) => () =>
  post(signed('channel.followed', followBody(user, follower), { timestamp: at(-ageMs) }))

const again = signed.bind(null, 'channel.followed', followBody(user, 9))

const requests: Record<string, Request> = {
  'genuine, of a tracked channel': sending(() => signed('channel.followed', followBody(user, 2))),
  'genuine, sent more than five minutes ago': { send: follow(3, 6 * minute) },
  'genuine, of a type that no table has columns for': sending(() =>
    signed('kicks.gifted', { ...everyBody['kicks.gifted'], broadcaster: person(user) }),
  ),
  'genuine, that the event subscription has ended': {
    send: () => twitchSends({ ...revocation, subscriptionId: 'twitch-sub' }),
  },
  'the same start or end of a broadcast under another id': {
    before: () => post(signed('livestream.status.updated', broadcast, { timestamp: at(-minute) })),
    send: () => post(signed('livestream.status.updated', broadcast)),
  },
  'the same follow under another id, within an hour': { before: follow(4, minute), send: follow(4, 0) },
  'a follow by the same person after more than an hour': { before: follow(5, 90 * minute), send: follow(5, 0) },
  'the same chat message under another id': {
    before: () => post(signed('chat.message.sent', chat('twice'), { timestamp: at(-minute) })),
    send: () => post(signed('chat.message.sent', chat('twice'))),
  },
  'the same id again': (() => {
    let sent: SignedDelivery
    return {
      before: () => {
        sent = again()
        return post(sent)
      },
      send: () => post(sent),
    }
  })(),
  'genuine, sent more than seven days ago': { send: follow(6, 8 * 86_400_000) },
  'genuine, sent more than five minutes from now': { send: follow(6, -6 * minute) },
  'genuine, of a channel that is not tracked': sending(() => signed('channel.followed', followBody(999, 2))),
  'genuine, by an event subscription that is not ours': sending(() =>
    signed('channel.followed', followBody(user, 6), { subscriptionId: 'foreign' }),
  ),
  'genuine, that an event subscription which is not ours has ended': {
    send: () => twitchSends({ ...revocation, subscriptionId: 'foreign' }),
  },
  'a handshake (Twitch) that names no tracked channel': {
    send: () => twitchSends({ messageType: 'webhook_callback_verification', challenge: 'a-challenge' }),
  },
  'genuine, of an unknown type': sending(() => signed('channel.raided', followBody(user, 6))),
  'genuine, of an unknown version of its type': sending(() =>
    signed('channel.followed', followBody(user, 6), { version: '2' }),
  ),
  'genuine, with the body of another type': sending(() => signed('chat.message.sent', followBody(user, 6))),
  'genuine, with a body that can not be read': sending(() => signed('channel.followed', '{"broadcaster":')),
  'genuine, with an instant that can not be true': sending(() =>
    signed('livestream.status.updated', statusBody(user, '1999-01-01T00:00:00Z', null)),
  ),
  'signed by somebody else': sending(() => createSigner().sign({ body: JSON.stringify(followBody(user, 6)) })),
  'without a signature': sending(() =>
    withoutHeader(signed('channel.followed', followBody(user, 6)), 'kick-event-signature'),
  ),
  'with headers that no genuine delivery has': sending(() =>
    withoutHeader(signed('channel.followed', followBody(user, 6)), 'kick-event-message-id'),
  ),
  'by another method than POST': {
    send: async () => (await fetch(fixture.url, { method: 'PUT', body: '{}' })).status,
  },
  'a body that is encoded': sending(() => {
    const { headers, body } = signed('channel.followed', followBody(user, 6))
    return { headers: { ...headers, 'content-encoding': 'gzip' }, body }
  }),
  'a body of more than 256 KiB': sending(() => signed('channel.followed', 'x'.repeat(256 * 1024 + 1))),
  'a body that breaks off with its connection': { send: breakOff },
  'genuine, while the spool has no room': {
    send: () => post(crowded.signer.sign({ body: 'x'.repeat(1_000) }), 'kick', crowded),
  },
  'any, to a platform that is not set up': { send: () => post(signed('channel.followed', '{}'), 'absent') },
  'any, while there is no key to check signatures with': {
    send: () => post(blind.signer.sign({ body: '{}' }), 'kick', blind),
  },
}

const tables = statement(
  'test_tables_of_dm',
  `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'dm' AND tablename <> 'webhook_message_ids' ORDER BY 1`,
)

/** Everything that Postgres holds of what is observed. */
const state = async (): Promise<string> => {
  const parts: string[] = []
  for (const { name } of await database.db.query(tables)) {
    const content = `SELECT coalesce(jsonb_agg(to_jsonb(t) - 'updated_at' ORDER BY t::text), '[]')::text AS text FROM dm."${name}" t`
    parts.push(`${name} ${(await database.db.query(statement(`test_all_of_${name}`, content)))[0]!.text}`)
  }
  return parts.join('\n')
}

const drained = () =>
  eventually('all is projected', () => (fixture.spool.backlogs().get(deliveryQueue.table)?.oldestAt ?? null) === null)

const inbox = async () =>
  (await Promise.all([fixture, crowded, blind].map(({ spool }) => takeRows(spool, inboxFormat)))).flat()

const payloadOf = ({ repeat_of, payload, verified }: Record<string, unknown>): string =>
  repeat_of ? `in repeatOf${payload}` : verified ? 'yes' : 'first 4 KiB'

test('the table of the documentation has a row for each request that is tried here', () => {
  expect(table.map(({ request }) => request)).toEqual(Object.keys(requests))
})

test.each(table)('$request: as the table says', async ({ request, answer, kept, payload, outcome, changes }) => {
  const { before, send } = requests[request]!
  await before?.()
  await drained()
  await inbox()
  const earlier = await state()
  expect(String(await send())).toBe(answer)
  await drained()
  const rows = await inbox()
  // The answer to a request that is rejected does not wait for its row.
  if (kept !== 'no') await eventually('it is kept', async () => rows.push(...(await inbox())) > 0)
  expect(rows.length > 0 ? 'yes' : 'no').toBe(kept === 'no' ? 'no' : 'yes')
  expect(rows.map((row) => [row.outcome, payloadOf(row)])).toEqual(kept === 'no' ? [] : [[outcome, payload]])
  expect((await state()) === earlier ? 'nothing' : changes).toBe(changes)
  if (changes !== 'nothing') expect(await state()).not.toBe(earlier)
})
