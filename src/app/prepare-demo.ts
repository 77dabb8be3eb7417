import { schedule } from '../channels/schedule.ts'
import { upsertChannels } from '../channels/upsert.ts'
import type { Config } from '../config/config.ts'
import type { Demo } from '../demo/demo.ts'
import { isEventType } from '../demo/event-subscriptions.ts'
import { createScenario } from '../demo/scenario.ts'
import { reconcileEventSubscriptions } from '../event-subscriptions/reconcile.ts'
import type { Spool } from '../ingest/spool.ts'
import { ConfigError } from '../lib/errors.ts'
import { newUlid } from '../lib/ids.ts'
import { type Log, silentLog } from '../lib/log.ts'
import type { Platform } from '../platforms/platform.ts'
import type { DeliveryReader, WebhookSource } from '../platforms/webhook-source.ts'
import { takeAdvisoryLock } from '../stores/postgres/advisory-lock.ts'
import { expressions } from '../stores/postgres/model.ts'
import { openPostgres, type Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Delivery } from '../webhooks/delivery.ts'
import { deliveryQueue, encodeDelivery } from '../webhooks/delivery-row.ts'
import { projectBatch } from '../webhooks/project-batch.ts'
import { readFact } from '../webhooks/read-fact.ts'
import { probeAppender } from '../workers/probe-rows.ts'
import { replayDemo } from './replay-demo.ts'
import { peopleQueue, peopleStretches } from './replay-people.ts'
import { createStage, dropOtherStages, writeBehind } from './stage-rows.ts'

const readPast = statement(
  'demo_past',
  sql`SELECT ${expressions<{ attempt: string | null; finished: boolean }>({
    attempt: 'p.attempt',
    finished: 'coalesce(p.finished_at IS NOT NULL, EXISTS (SELECT FROM dm.streamer_channel))',
  })}
   FROM (VALUES (true)) AS v LEFT JOIN dm.demo_past p ON true`,
)

// Channels of the simulated platform, and with them all that was seen of them.
const forgetAttempt = statement(
  'demo_forget_attempt',
  `DELETE FROM dm.streamer_channel c USING dm.demo_past p
   WHERE p.finished_at IS NULL AND c.platform = 'kick' AND c.platform_user_id = ANY ($1)`,
)

// Ids of deliveries that the attempt projected. Before it began, the simulated platform had sent nothing else.
const forgetDeliveries = statement(
  'demo_forget_deliveries',
  `DELETE FROM dm.webhook_message_ids m USING dm.demo_past p
   WHERE p.finished_at IS NULL AND m.source = 'kick' AND m.received_at <= p.begun_at`,
)

const beginAttempt = statement(
  'demo_begin_attempt',
  `INSERT INTO dm.demo_past (attempt) VALUES ($1)
   ON CONFLICT (one) DO UPDATE SET attempt = excluded.attempt, begun_at = excluded.begun_at, finished_at = NULL`,
)

const finishAttempt = statement(
  'demo_finish_attempt',
  'UPDATE dm.demo_past SET finished_at = clock_timestamp() WHERE attempt = $1',
)

const storedSubscriptions = statement(
  'demo_stored_subscriptions',
  sql`SELECT ${expressions<{ id: string; platformUserId: string; event: string }>({
    id: 'e.platform_subscription_id',
    platformUserId: 'c.platform_user_id',
    event: 'e.event',
  })}
   FROM dm.event_subscription e JOIN dm.streamer_channel c ON c.id = e.channel_id
   WHERE c.platform = 'kick' AND e.platform_subscription_id IS NOT NULL`,
)

// What they delivered in the past was promised then.
const dateSubscriptions = statement(
  'demo_date_subscriptions',
  `UPDATE dm.event_subscription e SET created_at = $1, updated_at = $1 FROM dm.streamer_channel c
   WHERE c.id = e.channel_id AND c.platform = 'kick'`,
)

// Whom the past watches, it watches since it began, and probes at once.
const dateSchedule = statement(
  'demo_date_schedule',
  `UPDATE dm.probe_schedule s SET switched_at = $1, next_probe_at = $1 FROM dm.streamer_channel c
   WHERE c.id = s.channel_id AND c.platform = 'kick' AND s.active`,
)

// What was received was stored at once, and not when it was replayed.
const dateEvents = statement(
  'demo_date_events',
  `UPDATE dm.status_event e SET processed_timestamp =
     least(e.processed_timestamp, e.received_timestamp + interval '1 millisecond' * (12 + e.id % 30))
   FROM dm.streamer_channel c WHERE c.id = e.channel_id AND c.platform = 'kick'`,
)

const demoLock = 72_707_370
/** Seconds between two looks at the last hour of the past, and at the hours before it: each look costs about forty statements. */
const recentSeconds = 300
const earlierSeconds = 600
const recentMs = 3_600_000

/**
 * Makes sure that one process at most simulates Kick on a database that others can reach: two would each give it a past.
 * A ConfigError when another one does.
 */
export const lockDemo = async (config: Config, dm: Postgres): Promise<AsyncDisposable | null> => {
  if (config.dmDatabaseUrl === undefined && config.databaseUrl === undefined) return null
  const lock = await takeAdvisoryLock(dm, demoLock)
  if (lock) return lock
  throw new ConfigError('DEMO is on, and another process simulates Kick on this database: set DEMO=off here.')
}

/** For what is no news: that channels have changed their names since the simulated platform was last seen. */
const asInformation = (log: Log): Log => ({ ...silentLog, warn: (fields, message) => log.info(fields, message) })

/** Tracks the channels that are not known yet; what somebody switched off stays off. */
const track = async (
  cast: readonly { id: number; slug: string }[],
  at: number,
  db: Postgres,
  log: Log,
): Promise<void> => {
  const observations = cast.map(({ id, slug }) => ({ platformUserId: String(id), slug, observedAt: new Date(at) }))
  const channels = await upsertChannels(db, 'kick', observations, { log: asInformation(log) })
  const created = [...channels.values()].filter((channel) => channel.created).map(({ id }) => id)
  if (created.length > 0) await schedule(db, created)
}

export type PrepareDemoOptions = {
  demo: Demo
  db: Postgres
  /** The adapter of the simulated platform, and what reads its deliveries. */
  platform: Platform
  reader: DeliveryReader & Pick<WebhookSource, 'headerPrefix'>
  /** Where the past goes: probes of this tier, and what webhooks told. */
  spool: Pick<Spool, 'append' | 'take' | 'settle' | 'backlogs'>
  tier: string
  /** Seconds between two probes of a live channel. */
  pollIntervalSeconds: number
  /** How long the past is: an hour and a half unless told, because who starts the demo waits for it. */
  hours?: number
  log: Log
  /** Ends it early. */
  signal?: AbortSignal
}

/** Subscribes to everything that the adapter wants of the tracked channels since an instant, without the pace of calls in between. */
const subscribe = async (
  { demo: { kick, world, cast }, db, platform, log, signal }: PrepareDemoOptions,
  since: number,
): Promise<void> => {
  const events = (platform.eventSubscriptions?.types ?? []).map(({ event }) => event).filter(isEventType)
  for (const { id } of cast()) for (const event of events) kick.subscriptions.create(id, event)
  await reconcileEventSubscriptions({ db, platform, clock: world.clock, log, signal })
  await db.query(dateSubscriptions, [new Date(since)])
}

/** Lets the simulated platform, which keeps nothing, go on with the subscriptions of its last life. */
const restoreSubscriptions = async ({ kick }: Demo, db: Postgres): Promise<void> => {
  const rows = await db.query(storedSubscriptions)
  for (const { id, platformUserId, event } of rows) {
    if (isEventType(event)) kick.subscriptions.restore(id, Number(platformUserId), event)
  }
}

/**
 * Projects what tells of broadcasts at once, because polls tell of them too, and the journal keeps what was known first. The projector
 * comes to these deliveries again and makes their rows, as it does after a crash.
 */
const projectBroadcasts = async (
  { db, reader }: PrepareDemoOptions,
  deliveries: readonly Delivery[],
): Promise<void> => {
  await projectBatch(
    { db, log: silentLog },
    deliveries.map((delivery) => ({ delivery, fact: readFact(reader, delivery) })),
  )
}

/**
 * Lives through the past. What an attempt before has left of it goes first; only the end makes this one count. So only the end waits
 * for the disk of Postgres, and all of the past with it.
 */
const livePast = async (given: PrepareDemoOptions, attempt: string): Promise<void> => {
  await using db = openPostgres({ url: given.db.url, log: given.log, max: 2, waitsForDisk: false })
  const options = { ...given, db }
  const { demo, reader, spool, tier, pollIntervalSeconds, hours = 1.5, log, signal } = options
  const { seed, channels, world, kick } = demo
  const to = world.clock()
  const from = to - hours * 3_600_000
  log.info({ hours }, 'making a history of the simulated platform')
  await db.transaction(async (tx) => {
    await tx.query(forgetAttempt, [demo.cast().map(({ id }) => String(id))])
    await tx.query(forgetDeliveries)
    await tx.query(beginAttempt, [attempt])
  })
  const rows = writeBehind(createStage(spool, attempt))
  const scenario = createScenario({ seed, channels })
  await track(scenario.stateAt(from), from, db, log)
  await db.query(dateSchedule, [new Date(from)])
  await subscribe(options, from)
  await replayDemo({
    ...{
      seed,
      scenario,
      from,
      to,
      stepSeconds: (at) => Math.max(pollIntervalSeconds, to - at > recentMs ? earlierSeconds : recentSeconds),
      db,
      log: silentLog,
      signal,
    },
    appendProbes: probeAppender(rows, tier),
    webhooks: {
      subscriptions: kick.subscriptions,
      headerPrefix: reader.headerPrefix,
      store: (deliveries) => rows.append(deliveryQueue, deliveries.map(encodeDelivery)),
      project: (deliveries) => projectBroadcasts(options, deliveries),
    },
  })
  await rows.append(peopleQueue, peopleStretches(from, to))
  await rows.written()
  signal?.throwIfAborted()
  await db.query(dateEvents)
  await given.db.query(finishAttempt, [attempt])
}

/**
 * Makes the database ready to watch the simulated platform: an empty one gets the last hours of it first, all of them or
 * nothing. What belongs into the spool is staged there until Postgres has its part. A start that is interrupted leaves a part that
 * the next one begins anew, or a whole past of which it only has to send the rows on.
 */
export const prepareDemo = async (options: PrepareDemoOptions): Promise<void> => {
  const { demo, db, spool, log } = options
  const [past] = await db.query(readPast)
  const attempt = past!.finished ? (past!.attempt ?? '') : newUlid()
  await dropOtherStages(spool, attempt)
  if (past!.finished) await restoreSubscriptions(demo, db)
  else await livePast(options, attempt)
  await createStage(spool, attempt).release()
  await track(demo.cast(), demo.world.clock(), db, log)
}
