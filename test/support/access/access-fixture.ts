import { logCalls } from '../../../src/calls/log-calls.ts'
import { newUlid } from '../../../src/lib/ids.ts'
import { detailEpoch } from '../../../src/live/chapter-source.ts'
import { decodeJournalCursor, encodeJournalCursor } from '../../../src/live/journal-cursor.ts'
import { globalId, type NodeType } from '../../../src/resolvers/global-id.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { trustScoreFormat } from '../../../src/stores/clickhouse/tables/streamer-trust-score-history.ts'
import { inboxFormat } from '../../../src/stores/clickhouse/tables/webhook-inbox.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { renderInboxRow } from '../../../src/webhooks/inbox-row.ts'
import { storeAlerts } from '../alerts/stored-alerts.ts'
import { adminKey, startTestApi } from '../http/api.ts'
import type { ArgumentsOf } from '../http/schema-walk.ts'
import { goLive } from '../live/live-changes.ts'
import { tellViewers } from '../live/viewer-notices.ts'
import { handlePlatform, knownHandle, startEvent, tellingPlatform } from '../platforms/handle-platform.ts'
import { insertProbes, openTestClickHouse } from '../stores/clickhouse.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { seed } from '../stores/seed.ts'
import { chatLine, insertSaid } from '../telemetry/chat-rows.ts'
import { insertFollows, insertSubscription } from '../telemetry/follow-rows.ts'
import { insertLostStart } from '../webhooks/lost-delivery.ts'

const minuteMs = 60_000
const now = Math.floor(Date.now() / 3_600_000) * 3_600_000
const began = now - 60 * minuteMs
const iso = (ms: number): string => JSON.stringify(new Date(ms).toISOString())

/** A platform that knows one handle. */
const platform = tellingPlatform(
  handlePlatform((slug) =>
    knownHandle(slug === 'somebody' ? { platformUserId: 'user of somebody', slug } : null, new Date(now)),
  ),
)

const delivery = {
  messageId: newUlid(),
  source: 'kick',
  eventType: startEvent,
  verified: true,
  outcome: 'PROJECTED' as const,
  reason: '',
  repeatOf: '',
  leftOut: 0,
  channelUserId: '',
  replay: false,
  sentAt: new Date(now - 1_000),
  receivedAt: new Date(now),
  payload: '{}',
}

const storeHistory = async (store: ClickHouse, channel: bigint, user: string): Promise<void> => {
  // Half an hour in between nobody looked.
  const seen = Array.from({ length: 60 }, (_, minute) => minute).filter((minute) => minute < 20 || minute > 50)
  const probe = { channel: user, startedAt: began / 1000, viewers: 7, followers: 70 }
  await insertProbes(
    store,
    seen.map((minute) => ({ ...probe, at: began / 1000 + minute * 60 + 1, elapsed: minute === 51 ? 1_920 : 60 })),
  )
  await insertSaid(
    store,
    Array.from({ length: 20 }, (_, n) => ({ channel, at: began / 1000 + n * 30, by: `chatter-${n}` })),
  )
  const score = { env: 'test', platform: 'kick', platform_user_id: user, score: 50, algorithm: 'a', factors_json: '[]' }
  const rows: [typeof trustScoreFormat | typeof inboxFormat, string][] = [
    [trustScoreFormat, trustScoreFormat.render({ ...score, computed_at: new Date(began) })],
    [
      inboxFormat,
      renderInboxRow(
        'test',
        {
          ...delivery,
          source: 'kick',
          receivedAt: BigInt(began) * 1_000n,
          eventVersion: '1',
          subscriptionId: null,
          signature: 'AAAA',
          headers: '[["user-agent","x"]]',
          body: '{}',
        },
        'PROJECTED',
        true,
        { channelUserId: user },
      ),
    ],
  ]
  for (const [{ table, columns }, row] of rows)
    await store.insertBatch({
      table,
      columns,
      format: 'JSONCompactEachRow',
      body: Buffer.from(`${row}\n`),
      token: `access-${table}`,
      rows: 1,
    })
}

const manifest = {
  version: 1,
  env: 'test',
  windowFrom: '2026-11-01T00:00:00.000Z',
  windowTo: '2026-11-01T01:00:00.000Z',
  rows: 7,
  objects: [{ key: 'chat/part-0001.parquet', rows: 7, bytes: 4_000, sha256: 'a'.repeat(64), rowsHash: '9' }],
}

const storeState = async (db: Postgres, channel: bigint): Promise<void> => {
  const rows: [string, unknown[]][] = [
    [
      `INSERT INTO dm.probe_schedule (channel_id, interval_seconds, live_started_at, last_live_at, live_viewers)
       SELECT channel_id, 3600, started_at, now(), 7 FROM dm.stream_session WHERE channel_id = $1 AND ended_at IS NULL
       ON CONFLICT (channel_id) DO UPDATE SET interval_seconds = 3600, live_started_at = excluded.live_started_at, last_live_at = now(), live_viewers = 7`,
      [channel],
    ],
    [`INSERT INTO public.streamers (name) VALUES ('holder'), ('other')`, []],
    [`INSERT INTO public.streamer_channel_link (streamer_id, channel_id, verified) VALUES (1, $1, true)`, [channel]],
    [
      `INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm, factors)
       VALUES ($1, 50, 'a', '[{"name":"n","value":1,"weight":1,"contribution":50,"explanation":"e"}]')`,
      [channel],
    ],
    [
      `INSERT INTO dm.chat_archive_log (env, window_from, window_to, rows_exported, files_written, success, manifest)
       VALUES ('test', '2026-11-01 00:00Z', '2026-11-01 01:00Z', 7, 1, true, $1)`,
      [JSON.stringify(manifest)],
    ],
    [
      `INSERT INTO dm.chat_archive_log (env, window_from, window_to) VALUES ('test', '2026-10-31 01:00Z', '2026-10-31 02:00Z')`,
      [],
    ],
  ]
  for (const [text, values] of rows) await db.pool.query(text, values)
  const call = { platform: 'kick', endpoint: '/x', requestedAt: new Date(began), durationMs: 1, items: 0 }
  await db.pool.query('INSERT INTO dm.channel_ban (channel_id, observed_from, observed_until) VALUES ($1, $2, $3)', [
    channel,
    new Date(began),
    new Date(began + minuteMs),
  ])
  await logCalls(db, [{ ...call, status: 500, error: 'answered 500', body: '{}', channelId: channel }])
  await insertSubscription(db, channel, { event: 'channel.followed', since: new Date(began) })
  await insertFollows(db, channel, [began + 1, began + 2])
}

/** An API over stores in which every field of the schema has something to answer. */
export const startAccessFixture = async () => {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await createTestDatabase())
  const { db } = database
  const history = opened.use(await openTestClickHouse())
  const [channel, spare] = (await seed(db).fullChannels(2)) as [bigint, bigint]
  await goLive(db, [channel])
  const { rows } = await db.pool.query<{ user: string; slug: string }>(
    'SELECT platform_user_id AS user, current_slug AS slug FROM dm.streamer_channel WHERE id = $1',
    [channel],
  )
  const { user, slug } = rows[0]!
  await storeHistory(history.store, channel, user)
  await storeState(db, channel)
  const { rows: events } = await db.pool.query<{ id: bigint }>(
    'SELECT id FROM dm.status_event WHERE channel_id = $1 ORDER BY id',
    [channel],
  )
  const session = await seed(db).session(channel, new Date(began), new Date(now))
  await insertLostStart(db, channel, { at: began, event: startEvent })
  await db.pool.query(
    `INSERT INTO dm.session_detail (channel_id, session_started_at, said_at, source, title, category, language, is_mature)
     VALUES ($1, $2, $2, 'poll', 'a title', 'a category', 'en', false)`,
    [channel, new Date(began)],
  )
  const api = opened.use(
    await startTestApi({
      db,
      platforms: [platform],
      degraded: () => ['Something needs a look.'],
      services: {
        history: { store: history.store, env: 'test', completeThrough: () => new Date(now), lost: () => [] },
        replayDelivery: async (messageId) => (messageId === delivery.messageId ? delivery : null),
      },
    }),
  )
  const author = { identity: { role: 'ADMIN', name: 'test', subject: 'test' }, requestId: 'request' }
  const { key } = await api.access.keys.create(author, { name: 'to be listed', role: 'PUBLIC' })
  const makeSetting = 'mutation { setConfiguration(key: "walk.kept", value: "x", category: SYSTEM) { __typename } }'
  await api.ask(makeSetting, {}, adminKey)

  // Subscribers are told again and again, so that each hears it whenever they began.
  const telling = setInterval(() => {
    const line = chatLine({ at: now / 1000 })
    void api.services.live.publishChat([{ channelId: channel, slug, line }])
    void tellViewers(db, { observedAt: new Date(), samples: [[channel, 7]] })
  }, 50)
  opened.defer(() => clearInterval(telling))

  const node = (type: NodeType, id: bigint | number): string => JSON.stringify(globalId(type, BigInt(id)))
  const ids: Record<NodeType, string> = {
    Channel: node('Channel', channel),
    StreamSession: node('StreamSession', session),
    StatusEvent: node('StatusEvent', events[0]!.id),
    Streamer: node('Streamer', 1),
    ChatArchive: node('ChatArchive', 1),
  }
  const [holder, other] = [node('Streamer', 1), node('Streamer', 2)]
  const mine = `channel: "${channel}"`
  const free = `channel: "${spare}"`
  const setting = (name: string, more = '') => `(key: "walk.${name}", value: "x", category: SYSTEM${more})`
  const insertLink = `INSERT INTO public.streamer_channel_link (streamer_id, channel_id) VALUES (2, $1) ON CONFLICT DO NOTHING`
  const insertSetting = `INSERT INTO public.configuration (key, value, category, updated_by) VALUES ('walk.gone', 'x', 'system', 'test') ON CONFLICT DO NOTHING`

  const insertChannel = `INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id)
    VALUES ('01KA00000000000000000000' || lpad($1, 2, '0'), 'kick', 'to-delete-' || $1) RETURNING id`
  await db.pool.query(`INSERT INTO dm.erasure (id, kind, subject_hash, requested_by, finished_at)
    VALUES ('01KA0000000000000000000000', 'chatter', 'k.hash', '{}', now())`)
  let deleted = 0

  const alerts = await storeAlerts(db, api, channel)
  const tells = '{ name: "told", kinds: [WENT_LIVE, ENDED], targets: [] }'

  /** By field, or by field and the type it is to answer; what is not here needs no arguments, or only a range. */
  const given: Record<string, string | (() => Promise<string>)> = {
    'Query.channel': `(id: "${channel}")`,
    'Query.channels': `(filter: { status: ONLINE }, first: 1)`,
    'Query.findChannels': `(text: "${slug}")`,
    'Query.node': `(id: ${ids.Channel})`,
    'Query.nodes': `(ids: [${ids.Channel}])`,
    'Query.sessions': `(filter: { live: false }, first: 1)`,
    'Query.rankings': `(by: HOURS_WATCHED, range: { from: ${iso(began - minuteMs)}, to: ${iso(now)} })`,
    'Query.streamSession': `(id: ${ids.StreamSession})`,
    'Query.streamSessionByUrl': `(url: "https://kick.com/${slug}", at: ${iso(now)})`,
    'Query.sharedChatters': `(channels: ["${channel}", "${spare}"], range: { from: ${iso(began)}, to: ${iso(now)} })`,
    'Query.broadcastChatters': `(session: ${ids.StreamSession})`,
    'Query.streamer': `(id: ${holder})`,
    'Query.renames': '(range: { from: "2026-02-01T00:00:00Z", to: "2026-03-01T00:00:00Z" })',
    'Query.totals': `(range: { from: ${iso(began - minuteMs)}, to: ${iso(now)} }, bucket: HOUR)`,
    'Query.webhookDelivery': `(messageId: "${delivery.messageId}", receivedAt: ${iso(began)})`,
    'Query.webhookInbox': `(range: { from: ${iso(began - minuteMs)}, to: ${iso(now)} })`,
    'Query.alertRule': `(id: "${alerts.rule}")`,
    'Query.alertDryRun':
      '(rule: { name: "tried", kinds: [WENT_LIVE, ENDED], targets: [] }, range: { from: "2025-12-31T00:00:00Z", to: "2026-12-31T00:00:00Z" })',
    'Mutation.createAlertRule': `(rule: ${tells})`,
    'Mutation.createAlertRule InvalidInput': '(rule: { name: "", kinds: [ENDED], targets: [] })',
    'Mutation.updateAlertRule': `(id: "${alerts.rule}", rule: ${alerts.ruleInput})`,
    'Mutation.updateAlertRule AlertRuleConflict': `(id: "${alerts.rule}", rule: ${tells}, expectedVersion: 9999)`,
    'Mutation.updateAlertRule NotFound': `(id: "nothing", rule: ${tells})`,
    'Mutation.updateAlertRule InvalidInput': `(id: "${alerts.rule}", rule: { name: "", kinds: [ENDED], targets: [] })`,
    'Mutation.deleteAlertRule': async () => `(id: "${await alerts.newRule()}")`,
    'Mutation.deleteAlertRule NotFound': '(id: "nothing")',
    'Mutation.createAlertTarget': `(name: "new", kind: HTTP, secrets: ${alerts.secrets})`,
    'Mutation.createAlertTarget InvalidInput': '(name: "", kind: HTTP)',
    'Mutation.updateAlertTarget': `(id: "${alerts.target}", name: "a receiver")`,
    'Mutation.updateAlertTarget AlertTargetConflict': `(id: "${alerts.target}", expectedVersion: 9999)`,
    'Mutation.updateAlertTarget NotFound': '(id: "nothing")',
    'Mutation.updateAlertTarget InvalidInput': `(id: "${alerts.target}", name: "")`,
    'Mutation.deleteAlertTarget': async () => `(id: "${await alerts.newTarget()}")`,
    'Mutation.deleteAlertTarget NotFound': '(id: "nothing")',
    'Mutation.rotateAlertTargetKey': `(id: "${alerts.target}")`,
    'Mutation.rotateAlertTargetKey NotFound': '(id: "nothing")',
    'Mutation.rotateAlertTargetKey InvalidInput': `(id: "${alerts.target}", overlapSeconds: -1)`,
    'Mutation.testAlertTarget': `(id: "${alerts.target}")`,
    'Mutation.testAlertTarget NotFound': '(id: "nothing")',
    'Mutation.pauseAlertTarget': `(id: "${alerts.target}", reason: "a walk")`,
    'Mutation.pauseAlertTarget NotFound': '(id: "nothing", reason: "a walk")',
    'Mutation.pauseAlertTarget InvalidInput': `(id: "${alerts.target}", reason: "")`,
    'Mutation.resumeAlertTarget': `(id: "${alerts.target}")`,
    'Mutation.resumeAlertTarget NotFound': '(id: "nothing")',
    'Mutation.replayAlertDeliveries': '(filter: { state: DELIVERED })',
    'Mutation.replayAlertDeliveries InvalidInput': '(filter: {})',
    'Mutation.trackChannel': '(slug: "somebody")',
    'Mutation.trackChannel InvalidInput': '(slug: "")',
    'Mutation.trackChannel NotOnPlatform': '(slug: "nobody")',
    'Mutation.trackChannel PlatformUnavailable': '(slug: "somebody", platform: TWITCH)',
    'Mutation.setMonitoring': `(${mine}, active: true)`,
    'Mutation.setMonitoring NotFound': '(channel: "999999", active: true)',
    'Mutation.deleteChannel': async () => {
      const number = String(++deleted)
      const made = await db.pool.query<{ id: string }>(insertChannel, [number])
      return `(channel: "${made.rows[0]!.id}", confirm: "to-delete-${number}")`
    },
    'Mutation.deleteChannel NotFound': '(channel: "999999", confirm: "x")',
    'Mutation.deleteChannel InvalidInput': `(${free}, confirm: "something else")`,
    'Mutation.eraseChatter': '(platformUserId: "4711004711")',
    'Mutation.eraseChatter InvalidInput': '(platformUserId: "")',
    'Mutation.claimChannel': `(streamer: ${other}, ${free})`,
    'Mutation.claimChannel NotFound': `(streamer: ${other}, channel: "999999")`,
    'Mutation.verifyClaim': `(streamer: ${holder}, ${mine})`,
    'Mutation.verifyClaim NotFound': `(streamer: ${other}, channel: "999999")`,
    'Mutation.verifyClaim AlreadyVerified': async () => {
      await db.pool.query(insertLink, [channel])
      return `(streamer: ${other}, ${mine})`
    },
    'Mutation.releaseClaim': async () => {
      await db.pool.query(insertLink, [spare])
      return `(streamer: ${other}, ${free})`
    },
    'Mutation.releaseClaim NotFound': `(streamer: ${other}, channel: "999999")`,
    'Mutation.createStreamer': '(name: "new")',
    'Mutation.createStreamer InvalidInput': '(name: "")',
    'Mutation.deleteStreamer': async () => {
      const added = await db.pool.query<{ id: number }>(`INSERT INTO public.streamers (name) VALUES ('x') RETURNING id`)
      return `(id: ${node('Streamer', added.rows[0]!.id)})`
    },
    'Mutation.deleteStreamer NotFound': `(id: ${node('Streamer', 999_999)})`,
    'Mutation.replayWebhook': `(messageId: "${delivery.messageId}")`,
    'Mutation.replayWebhook NotFound': '(messageId: "nothing")',
    'Mutation.setConfiguration': setting('new'),
    'Mutation.setConfiguration InvalidInput': setting('NEW'),
    'Mutation.setConfiguration VersionConflict': setting('kept', ', expectedVersion: 99'),
    'Mutation.deleteConfiguration': async () => {
      await db.pool.query(insertSetting)
      return '(key: "walk.gone")'
    },
    'Mutation.deleteConfiguration NotFound': '(key: "walk.nothing")',
    'Mutation.createLinkTicket': `(streamer: ${holder})`,
    'Mutation.createLinkTicket NotFound': `(streamer: ${node('Streamer', 999_999)})`,
    'Mutation.createApiKey': '(name: "new", role: PUBLIC)',
    'Mutation.createApiKey InvalidInput': '(name: "", role: PUBLIC)',
    'Mutation.revokeApiKey': `(id: "${key.id}")`,
    'Mutation.revokeApiKey NotFound': '(id: "nothing")',
    'Mutation.runJob': '(name: "trust-scores")',
    'Mutation.runJob JobFailed': '(name: "failing")',
    'Mutation.runJob NotFound': '(name: "nothing")',
    'Mutation.verifyArchive': `(id: ${ids.ChatArchive})`,
    'Mutation.verifyArchive NotFound': `(id: ${node('ChatArchive', 999_999)})`,
    'Mutation.verifyArchive InvalidInput': `(id: ${node('ChatArchive', 2)})`,
    'Subscription.channelStatus': `(ids: ["${channel}"])`,
    'Subscription.channelStatus StatusChange': () => Promise.resolve(`(ids: ["${channel}"], after: "${after}")`),
    'Subscription.channelStatus StatusGap': `(ids: ["${channel}"], after: "${encodeJournalCursor('another', 3)}")`,
    'Channel.asOf': `(at: ${iso(began + 10 * minuteMs)})`,
    'StreamSession.chapterAt': `(at: ${iso(began)})`,
    'Subscription.sessionChapters': () => Promise.resolve(`(ids: ["${channel}"], after: "${afterDetails}")`),
    'Subscription.sessionChapters StatusGap': `(ids: ["${channel}"], after: "${encodeJournalCursor('another', 3)}")`,
    'Subscription.viewerCount': `(ids: ["${channel}"])`,
    'Subscription.chat': `(id: "${channel}")`,
  }
  const after = api.services.live.cursorOf(events[0]!.id)
  const afterDetails = encodeJournalCursor(detailEpoch(decodeJournalCursor(after)!.epoch), 0)

  const argumentsOf: ArgumentsOf = async (field, answers) => {
    const known = given[`${field} ${answers}`] ?? given[field]
    if (known !== undefined) return typeof known === 'string' ? known : known()
    const [type, name] = field.split('.') as [string, string]
    const fields = api.schema.getType(type)
    const asks = fields && 'getFields' in fields ? fields.getFields()[name] : undefined
    const takesRange = asks && 'args' in asks && asks.args.some((arg) => String(arg.type) === 'TimeRange!')
    return takesRange ? `(range: { from: ${iso(began)}, to: ${iso(now)} })` : ''
  }
  const stack = opened.move()
  return { api, ids, argumentsOf, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

export type AccessFixture = Awaited<ReturnType<typeof startAccessFixture>>
