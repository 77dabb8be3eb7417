import type { ModelRows } from '../../prisma/generated/models.ts'
import { type Author, recordAction } from '../audit/record-action.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../stores/postgres/statement.ts'
import type { Outcome } from '../targets/target.ts'
import { announce } from './alert-notice.ts'
import type { HappeningKind } from './happening.ts'
import type { Message } from './message.ts'

/** What becomes of a delivery. */
export const deliveryStates = ['waiting', 'delivered', 'dead'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** A delivery with what it delivers. */
export type Delivery = Omit<ModelRows['AlertDelivery'], 'lease' | 'leasedUntil'> & {
  state: DeliveryState
  ruleId: string | null
  kind: HappeningKind
  channelId: bigint | null
  happenedAt: Date
  recordedAt: Date
  message: Message
}

/** Which deliveries; what is absent or null does not matter. */
export type DeliveryFilter = {
  /** The ids that targets know them by. */
  messageIds?: readonly string[] | null
  targetId?: string | null
  ruleId?: string | null
  channelId?: bigint | null
  kind?: HappeningKind | null
  state?: DeliveryState | null
  /** When they were made. */
  from?: Date | null
  to?: Date | null
}

/** An attempt of a delivery. */
export type Attempt = Omit<ModelRows['AlertAttempt'], 'outcome'> & { outcome: Outcome['kind'] }

/** How many deliveries are in each state; of more than `maxReplayed` that number. */
export type DeliveryCounts = { [State in DeliveryState]: number }

/** The deliveries of an environment. */
export type Deliveries = {
  /** Those that the filter names, the newest first, before the one with the id `before`. */
  list(filter: DeliveryFilter, page: { before: bigint | null; limit: number }): Promise<Delivery[]>
  /** How many those are that the filter names. */
  count(filter: DeliveryFilter): Promise<DeliveryCounts>
  /** The attempts of each delivery, the first one first; a delivery without any is absent. */
  attempts(ids: readonly bigint[]): Promise<Map<bigint, Attempt[]>>
  /** Has those that ended tried again from the start, under the ids that they had; returns how many. Of too many the oldest. */
  replay(author: Author, filter: DeliveryFilter): Promise<number>
}

/** The most deliveries that are replayed at once. */
export const maxReplayed = 10_000

const fields = [
  ...(['id', 'messageId', 'alertId', 'targetId', 'strand', 'attempts', 'tries'] as const),
  ...(['dueAt', 'createdAt', 'endedAt'] as const),
] as const

const shown = sql`${select('AlertDelivery', fields, 'd')}, ${narrowed<{ state: DeliveryState }>(select('AlertDelivery', ['state'], 'd'))},
  ${select('Alert', ['ruleId', 'channelId', 'happenedAt', 'recordedAt'], 'a')},
  ${expressions<{ kind: HappeningKind; message: Message }>({ kind: 'a.kind', message: 'a.message' })}`

const matches = (first: number): string => {
  const [ids, target, rule, channel, kind, state, from, to] = Array.from({ length: 8 }, (_, i) => `$${first + i}`)
  return `(${ids}::text[] IS NULL OR d.message_id = ANY (${ids})) AND (${target}::text IS NULL OR d.target_id = ${target})
     AND (${rule}::text IS NULL OR a.rule_id = ${rule}) AND (${channel}::bigint IS NULL OR a.channel_id = ${channel})
     AND (${kind}::text IS NULL OR a.kind = ${kind}) AND (${state}::text IS NULL OR d.state = ${state})
     AND (${from}::timestamptz IS NULL OR d.created_at >= ${from}) AND (${to}::timestamptz IS NULL OR d.created_at < ${to})`
}

const valuesOf = ({ messageIds, targetId, ruleId, channelId, kind, state, from, to }: DeliveryFilter) => [
  ...[messageIds ?? null, targetId ?? null, ruleId ?? null, channelId ?? null],
  ...[kind ?? null, state ?? null, from ?? null, to ?? null],
]

const page = statement(
  'alert_deliveries_page',
  sql`SELECT ${shown} FROM public.alert_delivery d JOIN public.alert a ON a.id = d.alert_id
   WHERE ($1::bigint IS NULL OR d.id < $1) AND ${matches(3)} ORDER BY d.id DESC LIMIT $2`,
)

const countOf = (state: DeliveryState): string =>
  `(SELECT count(*)::integer FROM (SELECT FROM public.alert_delivery d JOIN public.alert a ON a.id = d.alert_id
     WHERE d.state = '${state}' AND ${matches(1)} LIMIT ${maxReplayed}) one)`

const counts = statement(
  'alert_deliveries_count',
  sql`SELECT ${expressions<DeliveryCounts>({
    waiting: countOf('waiting'),
    delivered: countOf('delivered'),
    dead: countOf('dead'),
  })}`,
)

const attemptsOf = statement(
  'alert_attempts',
  sql`SELECT ${select('AlertAttempt', ['deliveryId', 'number', 'at', 'status', 'answer', 'ms'])},
     ${narrowed<{ outcome: Outcome['kind'] }>(select('AlertAttempt', ['outcome']))}
   FROM public.alert_attempt WHERE delivery_id = ANY ($1::bigint[]) ORDER BY delivery_id, number`,
)

const replayAll = statement(
  'alert_deliveries_replay',
  sql`WITH again AS (
     SELECT d.id FROM public.alert_delivery d JOIN public.alert a ON a.id = d.alert_id
     WHERE d.state <> 'waiting' AND ${matches(1)} ORDER BY d.id LIMIT ${maxReplayed} FOR UPDATE OF d),
   replayed AS (
     UPDATE public.alert_delivery d SET state = 'waiting', ended_at = NULL, tries = 0, due_at = now()
     FROM again WHERE d.id = again.id RETURNING 1)
   SELECT ${expressions<{ count: number }>({ count: 'count(*)::integer' })} FROM replayed`,
)

const audited = ({ channelId, ...filter }: DeliveryFilter): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({ ...filter, channelId: channelId?.toString() }).filter(([, value]) => value != null),
  )

/** The deliveries in `db`. */
export const createDeliveries = (db: Postgres): Deliveries => ({
  list: (filter, { before, limit }) => db.query(page, [before, limit, ...valuesOf(filter)]),

  count: async (filter) => (await db.query(counts, valuesOf(filter)))[0]!,

  async attempts(ids) {
    if (ids.length === 0) return new Map()
    return Map.groupBy(await db.query(attemptsOf, [ids]), ({ deliveryId }) => deliveryId)
  },

  replay: (author, filter) =>
    db.transaction(async (tx) => {
      const { count } = (await tx.query(replayAll, valuesOf(filter)))[0]!
      await recordAction(tx, 'public', author, {
        action: 'alert-delivery.replay',
        target: filter.messageIds?.length === 1 ? `alert-delivery:${filter.messageIds[0]}` : 'alert-delivery:filter',
        after: { ...audited(filter), count },
      })
      await tx.query(announce)
      return count
    }),
})
