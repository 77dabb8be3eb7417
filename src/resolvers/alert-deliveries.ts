import type { Attempt, Delivery, DeliveryCounts, DeliveryFilter } from '../alerts/deliveries.ts'
import type { HappeningKind } from '../alerts/happening.ts'
import { badInput } from '../lib/errors.ts'
import { isUlid } from '../lib/ids.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import { parseChannelReference } from './channel-reference.ts'
import { channelIdOf } from './channels.ts'
import type { Context } from './context.ts'
import { type Connection, type PageArguments, readPage } from './page.ts'
import { type InvalidInput, invalidInput } from './problems.ts'
import { requireRange } from './time-range.ts'

/** Which deliveries callers mean. */
export type DeliveryFilterArguments = {
  ids?: readonly string[] | null
  target?: string | null
  rule?: string | null
  channel?: string | null
  kind?: HappeningKind | null
  state?: Delivery['state'] | null
  range?: TimeRange | null
}

const list = 'alert deliveries'
const maxIds = 1_000

/** The filter of arguments; null where nothing can match. */
const filterOf = async (
  context: Context,
  { ids, target, rule, channel, kind, state, range }: DeliveryFilterArguments,
): Promise<DeliveryFilter | null> => {
  if (ids && ids.length > maxIds) throw badInput(`ids must be at most ${maxIds}.`)
  const channelId = channel == null ? null : await channelIdOf(context, parseChannelReference('channel', channel))
  if (channel != null && channelId === null) return null
  if ([target, rule].some((id) => id != null && !isUlid(id))) return null
  const { from, to } = range ? requireRange('range', range) : { from: null, to: null }
  const about = { targetId: target ?? null, ruleId: rule ?? null, channelId }
  // Postgres takes neither NUL nor half a character.
  const messageIds = ids?.filter((id) => id.isWellFormed() && !id.includes('\0')) ?? null
  return { messageIds, ...about, kind: kind ?? null, state: state ?? null, from, to }
}

/** A page of deliveries, the newest first. */
export const alertDeliveries = async (
  context: Context,
  { filter, ...page }: Pick<PageArguments, 'first' | 'after'> & { filter?: DeliveryFilterArguments | null },
): Promise<Connection<Delivery>> => {
  const asked = await filterOf(context, filter ?? {})
  return readPage(
    context,
    list,
    page,
    async ({ beyond, limit }) =>
      asked ? context.alerts.deliveries.list(asked, { before: beyond ? BigInt(beyond[1]) : null, limit }) : [],
    ({ id }) => ['', id.toString()],
  )
}

/** How many deliveries a filter names, by what became of them. */
export const alertDeliveryCounts = async (
  context: Context,
  { filter }: { filter?: DeliveryFilterArguments | null },
): Promise<DeliveryCounts> => {
  const asked = await filterOf(context, filter ?? {})
  return asked ? context.alerts.deliveries.count(asked) : { waiting: 0, delivered: 0, dead: 0 }
}

/** The attempts of a delivery; one statement for all of the operation. */
export const attemptsOf = async ({ alerts, loaders }: Context, { id }: Pick<Delivery, 'id'>): Promise<Attempt[]> =>
  (await loaders.load('alert attempts', null, id, (ids) => alerts.deliveries.attempts(ids))) ?? []

export type ReplaySuccess = { __typename: 'ReplayAlertDeliveriesSuccess'; count: number }

/** Has deliveries that ended tried again. */
export const replayDeliveries = async (
  context: Context,
  { filter }: { filter: DeliveryFilterArguments },
): Promise<ReplaySuccess | InvalidInput> => {
  if (!Object.values(filter).some((value) => value != null))
    return invalidInput('filter', 'filter must say which deliveries are meant.')
  const asked = await filterOf(context, filter)
  const count = asked ? await context.alerts.deliveries.replay(context, asked) : 0
  return { __typename: 'ReplayAlertDeliveriesSuccess', count }
}
