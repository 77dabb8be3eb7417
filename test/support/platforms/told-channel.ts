import { randomUUID } from 'node:crypto'
import { schedule } from '../../../src/channels/schedule.ts'
import { upsertChannel } from '../../../src/channels/upsert.ts'
import { newUlid } from '../../../src/lib/ids.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { createKickPlatform } from '../../../src/platforms/kick/kick-platform.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import { createTwitchPlatform } from '../../../src/platforms/twitch/twitch-platform.ts'
import { inboxFormat } from '../../../src/stores/clickhouse/tables/webhook-inbox.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import type { Delivery } from '../../../src/webhooks/delivery.ts'
import { leaseProbes } from '../../../src/workers/probe-queue.ts'
import { recordProbes } from '../../../src/workers/record-probes.ts'
import { statement } from '../stores/statement.ts'
import { kickReader, twitchReader } from '../webhooks/delivery-readers.ts'
import { startProjectorFixture, takeRows } from '../webhooks/projector-fixture.ts'
import { person, statusBody } from './kick-bodies.ts'
import { startScriptedHttp } from './scripted-http.ts'

/** A platform that both lists and tells, with the words of its own. */
export type TellingPlatform = {
  name: 'kick' | 'twitch'
  /** What is subscribed to. */
  events: readonly string[]
  adapter(url: string, clock: () => number): Platform
  /** What its list shows of a broadcast. */
  row(user: string, id: string, startedAt: string): object
  start(user: string, id: string, startedAt: string): { type: string; body: object }
  end(user: string, startedAt: string, endedAt: string, named?: object): { type: string; body: object }
}

/** A notification of Twitch about this user. */
export const twitchBody = (type: string, user: string | number, event: object, version = '1') => ({
  type,
  body: {
    subscription: { id: `sub-${user}-${type}`, type, version, status: 'enabled' },
    event: { broadcaster_user_id: String(user), broadcaster_user_login: `user_${user}`, ...event },
  },
})

const options = (url: string, clock: () => number) => ({
  apiUrl: url,
  idUrl: url,
  clientId: 'client',
  clientSecret: 'very-secret',
  requestsPerSecond: Number.POSITIVE_INFINITY,
  clock,
  log: silentLog,
})

export const kick: TellingPlatform = {
  name: 'kick',
  events: ['livestream.status.updated', 'chat.message.sent'],
  adapter: (url, clock) => createKickPlatform(options(url, clock)),
  row: (user, id, started_at) => ({
    id,
    broadcaster_user: { id: Number(user) },
    channel: { slug: `user-${user}` },
    started_at,
    viewer_count: 5,
  }),
  start: (user, _, startedAt) => ({
    type: 'livestream.status.updated',
    body: { ...statusBody(Number(user), startedAt, null), broadcaster: person(Number(user)) },
  }),
  end: (user, startedAt, endedAt) => ({
    type: 'livestream.status.updated',
    body: { ...statusBody(Number(user), startedAt, endedAt), broadcaster: person(Number(user)) },
  }),
}

export const twitch: TellingPlatform = {
  name: 'twitch',
  events: ['stream.online', 'stream.offline', 'channel.follow'],
  adapter: (url, clock) => createTwitchPlatform(options(url, clock)),
  row: (user, id, started_at) => ({ id, user_id: user, user_login: `user_${user}`, type: 'live', started_at }),
  start: (user, id, started_at) => twitchBody('stream.online', user, { id, type: 'live', started_at }),
  end: (user, _startedAt, _endedAt, named = {}) => twitchBody('stream.offline', user, named),
}

const insertSubscriptions = statement(
  'test_subscribe',
  `INSERT INTO dm.event_subscription (channel_id, event, platform_subscription_id, status)
   SELECT $1, event, $2 || event, 'active' FROM unnest($3::text[]) AS event`,
)
const dueNow = statement('test_due', `UPDATE dm.probe_schedule SET next_probe_at = now() WHERE channel_id = $1`)
const readChannel = statement(
  'test_told_channel',
  `SELECT c.status, coalesce((SELECT jsonb_agg(jsonb_build_array(s.started_at, s.ended_at, s.end_source) ORDER BY s.started_at)
     FROM dm.stream_session s WHERE s.channel_id = c.id), '[]') AS sessions,
   coalesce((SELECT jsonb_agg(e.event_type ORDER BY e.id) FROM dm.status_event e WHERE e.channel_id = c.id), '[]') AS events
   FROM dm.streamer_channel c WHERE c.id = $1`,
)

let users = 0

/** Channels that are both polled and told of, one after the other, on a day that began three hours ago; instants are seconds of that day. */
export const startTelling = async (db: Postgres, platform: TellingPlatform) => {
  await using opened = new AsyncDisposableStack()
  const day = Math.floor(Date.now() / 1000) * 1000 - 3 * 3_600_000
  const instant = (second: number): string => new Date(day + second * 1000).toISOString()
  let now = day
  let listed: object[] = []
  const server = opened.use(
    await startScriptedHttp(({ path }) =>
      path.endsWith('/token')
        ? { json: { access_token: 'token', token_type: 'Bearer', expires_in: 5_000_000 } }
        : { json: { data: listed } },
    ),
  )
  const adapter = opened.use(platform.adapter(server.url, () => now))
  const fixture = opened.use(
    await startProjectorFixture({
      db,
      sources: new Map([
        ['kick', kickReader],
        ['twitch', twitchReader],
      ]),
    }),
  )
  const deps = {
    db,
    platform: platform.name,
    pollIntervalSeconds: 60,
    appendProbes: () => Promise.resolve(),
    log: silentLog,
  }
  const disposal = opened.move()

  const channel = async () => {
    const user = String(7_000 + ++users)
    const seen = { platformUserId: user, slug: `user-${user}`, observedAt: new Date(day - 1_000) }
    const { id: channelId } = await upsertChannel(db, platform.name, seen, { log: silentLog })
    await schedule(db, [channelId])
    await db.query(insertSubscriptions, [channelId, `sub-${user}-`, platform.events])
    const delivery = (second: number, { type, body }: { type: string; body: object }): Delivery => ({
      source: platform.name,
      messageId: newUlid(),
      eventType: type,
      eventVersion: '1',
      subscriptionId: `sub-${user}-${type}`,
      sentAt: new Date(day + second * 1000),
      signature: 'c2lnbmVk',
      body: JSON.stringify(body),
      receivedAt: BigInt(day + second * 1000 + 300) * 1_000n + BigInt(users),
      receipt: randomUUID(),
      replay: false,
    })
    return {
      channelId,
      /** A start as it is told at `second`. */
      start: (id: string, startedAt: number, second: number) =>
        delivery(second, platform.start(user, id, instant(startedAt))),
      /** An end as it is told at `second`. */
      end: (startedAt: number, second: number, named?: object) =>
        delivery(second, platform.end(user, instant(startedAt), instant(second), named)),
      /** A start whose instant is written like this. */
      startAt: (text: string, second: number) => delivery(second, platform.start(user, 's', text)),
      /** An end whose instants are written like this. */
      endAt: (from: string, to: string, second: number) => delivery(second, platform.end(user, from, to)),
      /** Any other delivery. */
      say: (second: number, type: string, body: object) => delivery(second, { type, body }),
      /** The platform's id of the channel. */
      user: Number(user),
      instant,
      deliver: (...deliveries: readonly Delivery[]) => fixture.deliver(...deliveries),
      /** What the inbox says became of what was delivered. */
      outcomes: async () => (await takeRows(fixture.spool, inboxFormat)).map((row) => row.outcome),
      /** One look at `second`, at a list that shows these starts, or nothing. */
      async poll(second: number, ...shown: readonly (readonly [id: string, startedAt: number | string])[]) {
        now = day + second * 1000
        listed = shown.map(([id, startedAt]) =>
          platform.row(user, id, typeof startedAt === 'string' ? startedAt : instant(startedAt)),
        )
        await db.query(dueNow, [channelId])
        const claims = (await leaseProbes(db, platform.name, 1_000)).filter((claim) => claim.channelId === channelId)
        const result = await adapter.fetchLive([user])
        return recordProbes(deps, [{ leases: claims, result }])
      },
      /** Status, sessions as `[start, end, who said so]` in seconds of the day, and types of events. */
      async state() {
        const [row] = await db.query<{ status: string; sessions: (string | null)[][]; events: string[] }>(readChannel, [
          channelId,
        ])
        const seconds = (text: string | null) => text && (Date.parse(text) - day) / 1000
        return {
          status: row!.status,
          sessions: row!.sessions.map(([from, to, by]) => [seconds(from!), seconds(to!), by]),
          events: row!.events,
        }
      },
    }
  }
  return {
    /** Another channel, of which nothing is known yet. */
    channel,
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}

/** One such channel. */
export const startToldChannel = async (db: Postgres, platform: TellingPlatform) => {
  await using opened = new AsyncDisposableStack()
  const telling = opened.use(await startTelling(db, platform))
  const channel = await telling.channel()
  const disposal = opened.move()
  return { ...channel, [Symbol.asyncDispose]: () => disposal.disposeAsync() }
}
