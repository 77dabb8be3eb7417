import { randomUUID } from 'node:crypto'
import { upsertChannel } from '../../../src/channels/upsert.ts'
import { defaultBatchLimits } from '../../../src/ingest/batch-limits.ts'
import { openSpool, type Spool } from '../../../src/ingest/spool.ts'
import { newUlid } from '../../../src/lib/ids.ts'
import { silentLog } from '../../../src/lib/log.ts'
import type { InsertTarget } from '../../../src/stores/clickhouse/tables/row-format.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../../../src/stores/postgres/statement.ts'
import type { Delivery } from '../../../src/webhooks/delivery.ts'
import { deliveryQueue, encodeDelivery } from '../../../src/webhooks/delivery-row.ts'
import { type ProjectorOptions, startProjector } from '../../../src/webhooks/projector.ts'
import { eventually } from '../lib/eventually.ts'
import { everyBody } from '../platforms/kick-bodies.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'
import { kickReader } from './delivery-readers.ts'

/** When the deliveries of a test are sent unless it says otherwise. */
export const sentAt = new Date('2026-01-01T12:00:05Z')

/** The platform's id of the subscription to this event of this channel. */
export const subscriptionOf = (userId: number, event: string): string => `sub-${userId}-${event}`

let received = BigInt(sentAt.getTime() + 700) * 1_000n

/** A genuine delivery of this event, received shortly after it was sent and after every other. */
export const delivery = (
  eventType: string,
  body: { broadcaster?: unknown },
  more: Partial<Delivery> = {},
): Delivery => ({
  source: 'kick',
  messageId: newUlid(),
  eventType,
  eventVersion: '1',
  subscriptionId: subscriptionOf((body.broadcaster as { user_id: number } | undefined)?.user_id ?? 0, eventType),
  sentAt,
  signature: 'c2lnbmVk',
  body: JSON.stringify(body),
  receivedAt: ++received,
  receipt: randomUUID(),
  replay: false,
  ...more,
})

const insertSubscription = statement(
  'test_insert_subscription',
  `INSERT INTO dm.event_subscription (channel_id, event, platform_subscription_id, status)
   SELECT $1, event, id, 'active' FROM unnest($2::text[], $3::text[]) AS v(event, id)`,
)

/** A tracked channel of which every event is subscribed to; resolves with its id. */
export const subscribedChannel = async (db: Postgres, userId: number): Promise<bigint> => {
  const seen = { platformUserId: String(userId), slug: `user-${userId}`, observedAt: new Date('2025-12-31T00:00:00Z') }
  const { id } = await upsertChannel(db, 'kick', seen, { log: silentLog })
  const events = Object.keys(everyBody)
  await db.query(insertSubscription, [id, events, events.map((event) => subscriptionOf(userId, event))])
  return id
}

/** Takes everything of a table out of the spool: rows as their values, in order. */
export const takeRows = async (spool: Spool, { table }: InsertTarget): Promise<Record<string, unknown>[]> => {
  const rows: Record<string, unknown>[] = []
  for (let batch = await spool.take(table); batch; batch = await spool.take(table)) {
    const lines = Buffer.from(batch.body).toString('utf8').split('\n').slice(0, -1)
    for (const line of lines) {
      const values = JSON.parse(line) as unknown[]
      rows.push(Object.fromEntries(batch.columns.map((column, index) => [column, values[index]])))
    }
    await spool.settle(batch)
  }
  return rows
}

export type ProjectorFixtureOptions = Partial<Omit<ProjectorOptions, 'spool' | 'db'>> & {
  db: Postgres
  directory?: string
  limits?: { maxRows?: number; maxBytes?: number }
}

/** A spool with a projector of Kick's deliveries behind it. */
export const startProjectorFixture = async (options: ProjectorFixtureOptions) => {
  await using opened = new AsyncDisposableStack()
  const directory = options.directory ?? opened.use(await temporaryDirectory('webhooks')).path
  const limits = { ...defaultBatchLimits, ...options.limits }
  const spool = opened.use(await openSpool({ directory, maxBytes: 1e9, log: silentLog, clock: Date.now, limits }))
  const projector = opened.use(
    startProjector({
      env: 'test',
      sources: new Map([['kick', kickReader]]),
      clock: Date.now,
      log: silentLog,
      backoff: { baseMs: 5, maxMs: 50 },
      ...options,
      spool,
    }),
  )
  const disposal = opened.move()
  const append = (...deliveries: readonly Delivery[]) => spool.append(deliveryQueue, deliveries.map(encodeDelivery))
  return {
    spool,
    projector,
    append,
    /** Resolves when all of them, appended in one go, are projected. */
    async deliver(...deliveries: readonly Delivery[]): Promise<void> {
      await append(...deliveries)
      await this.drained()
    },
    drained: () =>
      eventually('all deliveries are projected', () => spool.backlogs().get(deliveryQueue.table)?.oldestAt === null),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}
