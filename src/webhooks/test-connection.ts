import { randomUUID } from 'node:crypto'
import type { Spool } from '../ingest/spool.ts'
import { sleep } from '../lib/backoff.ts'
import { reasonClause, reasonText } from '../lib/errors.ts'
import { newUlid } from '../lib/ids.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { testEventType } from '../platforms/webhook-source.ts'
import { number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type Delivery, receivedMs } from './delivery.ts'
import { deliveryQueue, encodeDelivery } from './delivery-row.ts'
import type { Projector } from './projector.ts'
import type { Receiver } from './receiver.ts'

/** Where a test delivery passes, in order. */
export const testSteps = ['received', 'stored', 'projected', 'journal', 'inbox'] as const

/** What came of one step. */
type TestedStep = { step: (typeof testSteps)[number]; ok: boolean; detail: string }

/** Which channel a test is about, and who sends it. */
type TestRequest = {
  platform: PlatformName
  /** Absent: the test is in the inbox only, because an event of the journal belongs to a channel. */
  channel?: { channelId: bigint; platformUserId: string } | undefined
  sentBy: string
}

/**
 * Sends a test delivery on the way of every delivery after its signature was checked, and yields each step that it has passed.
 * It can not be signed: only the platform can do that.
 */
export type TestConnection = (request: TestRequest, signal: AbortSignal) => AsyncGenerator<TestedStep, void>

type TestConnectionOptions = {
  receivers: readonly Pick<Receiver, 'platform' | 'isSetUp' | 'isBlind'>[]
  db: Postgres
  store: Pick<ClickHouse, 'query'>
  /** The `env` of every row. */
  env: string
  spool: Pick<Spool, 'append'>
  projector: Pick<Projector, 'settled'>
  /** The instants of receipt, shared by all receivers of a process. */
  receiptTime: () => bigint
  /** How long to wait for each step, in milliseconds. */
  timeoutMs?: number
}

const readEvent = statement(
  'webhook_test_event',
  sql`SELECT ${expressions<{ id: bigint }>({ id: 'e.id' })} FROM dm.status_event e
   WHERE e.channel_id = $1 AND e.event_type = 'connection_test' AND e.platform_event_id = $2`,
)

const inboxRow = namedQuery({
  name: 'webhook_test_row',
  sql: `
SELECT toUInt32(count()) AS rows FROM webhook_inbox
WHERE env = {env:String} AND message_id = {messageId:String} AND outcome = 'TEST' AND received_at >= {since:DateTime64(3)}`,
  row: { rows: number },
})

const lookEveryMs = 250

/** Makes the function that tests the way of deliveries. */
export const createConnectionTest = (options: TestConnectionOptions): TestConnection => {
  const { receivers, db, store, env, spool, projector, receiptTime, timeoutMs = 20_000 } = options

  /** Whether a row of the test is in the inbox, looked for until the time is over. */
  const isInInbox = async (delivery: Delivery, signal: AbortSignal): Promise<boolean> => {
    const values = { env, messageId: delivery.messageId, since: new Date(receivedMs(delivery) - 1) }
    for (let waited = 0; waited < timeoutMs && !signal.aborted; waited += lookEveryMs) {
      if ((await store.query(inboxRow, values))[0]!.rows > 0) return true
      await sleep(lookEveryMs, signal)
    }
    return false
  }

  return async function* ({ platform, channel, sentBy }, signal) {
    const receiver = receivers.find((one) => one.platform === platform)
    if (!receiver) return yield { step: 'received', ok: false, detail: `This server takes no webhooks of ${platform}.` }
    if (!(await receiver.isSetUp())) {
      const detail = `${platform} has no credentials here, so its deliveries are refused.`
      return yield { step: 'received', ok: false, detail }
    }
    const [receivedAt, receipt] = [receiptTime(), randomUUID()]
    const sentAt = new Date(receivedMs({ receivedAt }))
    const broadcaster = channel && { user_id: channel.platformUserId }
    const delivery: Delivery = {
      ...{ source: platform, messageId: newUlid(), eventType: testEventType, eventVersion: '1', subscriptionId: null },
      ...{ sentAt, signature: '', receivedAt, receipt, replay: false, test: true },
      body: JSON.stringify({ test: true, sent_by: sentBy, ...(broadcaster && { broadcaster }) }),
    }
    const blind = receiver.isBlind()
      ? ' The key of the platform is not known now, so its own deliveries are refused.'
      : ''
    yield { step: 'received', ok: !blind, detail: `Delivery ${delivery.messageId} of ${platform}.${blind}` }

    const settled = projector.settled(receipt, timeoutMs)
    try {
      await spool.append(deliveryQueue, [encodeDelivery(delivery)])
    } catch (error) {
      return yield { step: 'stored', ok: false, detail: `The spool takes no rows: ${reasonClause(error)}.` }
    }
    yield { step: 'stored', ok: true, detail: 'On the disk, in the spool.' }

    const outcome = (await settled)?.outcome ?? null
    if (outcome !== 'TEST') {
      const detail = outcome === null ? 'The database has not taken it yet.' : `Its outcome is ${outcome}.`
      return yield { step: 'projected', ok: false, detail }
    }
    yield { step: 'projected', ok: true, detail: 'Its outcome is TEST.' }

    if (channel) {
      const [event] = await db.query(readEvent, [channel.channelId, delivery.messageId])
      if (!event) return yield { step: 'journal', ok: false, detail: 'The journal has no such event.' }
      yield { step: 'journal', ok: true, detail: `Event ${event.id}.` }
    }

    try {
      const isThere = await isInInbox(delivery, signal)
      const detail = isThere ? 'In webhookInbox.' : 'ClickHouse does not have the row yet; it waits in the spool.'
      yield { step: 'inbox', ok: isThere, detail }
    } catch (error) {
      yield { step: 'inbox', ok: false, detail: `ClickHouse does not answer (${reasonText(error)}).` }
    }
  }
}
