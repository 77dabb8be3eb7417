import { schedule } from './channels/schedule.ts'
import { upsertChannels } from './channels/upsert.ts'
import type { Demo } from './demo/demo.ts'
import { isEventType } from './demo/event-subscriptions.ts'
import { createScenario } from './demo/scenario.ts'
import { reconcileEventSubscriptions } from './event-subscriptions/reconcile.ts'
import type { Spool } from './ingest/spool.ts'
import { type Log, silentLog } from './lib/log.ts'
import type { Platform } from './platforms/platform.ts'
import { replayDemo } from './replay-demo.ts'
import { createStage } from './stage-rows.ts'
import { inOneTransaction } from './stores/postgres/one-transaction.ts'
import type { Postgres } from './stores/postgres/postgres.ts'
import { statement } from './stores/postgres/statement.ts'
import { deliveryQueue, encodeDelivery } from './webhooks/delivery-row.ts'
import { probeAppender, probeTable } from './workers/probe-rows.ts'

const isEmpty = statement('demo_is_empty', 'SELECT NOT EXISTS (SELECT FROM dm.streamer_channel) AS empty')

const storedSubscriptions = statement(
  'demo_stored_subscriptions',
  `SELECT e.platform_subscription_id AS id, c.platform_user_id AS "platformUserId", e.event
   FROM dm.event_subscription e JOIN dm.streamer_channel c ON c.id = e.channel_id
   WHERE c.platform = 'kick' AND e.platform_subscription_id IS NOT NULL`,
)

const historyMs = 6 * 3_600_000

/** Tracks the channels that are not known yet; what somebody switched off stays off. */
const track = async (
  cast: readonly { id: number; slug: string }[],
  at: number,
  db: Postgres,
  log: Log,
): Promise<void> => {
  const observations = cast.map(({ id, slug }) => ({ platformUserId: String(id), slug, observedAt: new Date(at) }))
  const channels = await upsertChannels(db, 'kick', observations, { log })
  const created = [...channels.values()].filter((channel) => channel.created).map(({ id }) => id)
  if (created.length > 0) await schedule(db, created)
}

export type PrepareDemoOptions = {
  demo: Demo
  db: Postgres
  /** The adapter of the simulated platform. */
  platform: Platform
  /** Where the past goes: probes of this environment, and what webhooks told. */
  spool: Pick<Spool, 'append' | 'take' | 'settle'>
  environment: string
  log: Log
  /** Ends it early. */
  signal?: AbortSignal
}

/** Subscribes to everything that the adapter wants of the tracked channels, without the pace of calls in between. */
const subscribe = async (
  { kick, world }: Demo,
  db: Postgres,
  platform: Platform,
  log: Log,
  signal?: AbortSignal,
): Promise<void> => {
  const events = (platform.eventSubscriptions?.types ?? []).map(({ event }) => event).filter(isEventType)
  for (const { id } of world.channels()) for (const event of events) kick.subscriptions.create(id, event)
  await reconcileEventSubscriptions({ db, platform, clock: world.clock, log, signal })
}

/** Lets the simulated platform, which keeps nothing, go on with the subscriptions of its last life. */
const restoreSubscriptions = async ({ kick }: Demo, db: Postgres): Promise<void> => {
  const rows = await db.query<{ id: string; platformUserId: string; event: string }>(storedSubscriptions)
  for (const { id, platformUserId, event } of rows) {
    if (isEventType(event)) kick.subscriptions.restore(id, Number(platformUserId), event)
  }
}

/**
 * Makes the database ready to watch the simulated platform: an empty one gets the last six hours of it first, all of them or
 * nothing. What belongs into the spool is staged there until Postgres has its part, so that a start which is interrupted anywhere
 * leaves an empty database, or a past that the next start only has to send on.
 */
export const prepareDemo = async (options: PrepareDemoOptions): Promise<void> => {
  const { demo, db, platform, spool, environment, log, signal } = options
  const { seed, channels, world, kick } = demo
  const stage = createStage(spool, [probeTable, deliveryQueue.table])
  const [row] = await db.query<{ empty: boolean }>(isEmpty)
  if (row!.empty) {
    log.info({}, 'living through the last six hours of the simulated platform, so that there is a history to look at')
    await stage.drop()
    const to = world.clock()
    const from = to - historyMs
    const scenario = createScenario({ seed, channels })
    await inOneTransaction(db, async (whole) => {
      await track(scenario.stateAt(from), from, whole, log)
      await subscribe(demo, whole, platform, log, signal)
      await replayDemo({
        ...{ seed, scenario, from, to, stepSeconds: 120, db: whole, log: silentLog, signal },
        appendProbes: probeAppender(stage, environment),
        webhooks: {
          subscriptions: kick.subscriptions,
          project: (past) => stage.append(deliveryQueue, past.map(encodeDelivery)),
        },
      })
      signal?.throwIfAborted()
    })
  } else await restoreSubscriptions(demo, db)
  await stage.release()
  await track([...world.channels()], world.clock(), db, log)
}
