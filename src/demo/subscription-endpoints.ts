import { type Answer, type Call, failure, forbidden, invalid, ok } from './answer.ts'
import { InvalidArgument, integers, texts } from './arguments.ts'
import { type EventSubscription, type EventSubscriptions, isEventType } from './event-subscriptions.ts'
import type { Faults } from './faults.ts'

const subscriptionsPath = '/public/v1/events/subscriptions'

const maxDeleted = 300
const limitReached = 'event subscription limit reached'

const wireTime = (at: number): string => new Date(at).toISOString()

type Wish = { name: string; version: number }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isWish = (value: unknown): value is Wish =>
  isRecord(value) && typeof value.name === 'string' && Number.isInteger(value.version)

const parse = (body: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(body)
    if (isRecord(value)) return value
  } catch {}
  throw new InvalidArgument('body: must be a JSON object')
}

/** The endpoints of the app's subscriptions, by method and path; they throw InvalidArgument. */
export const createSubscriptionEndpoints = (
  subscriptions: EventSubscriptions,
  appId: string,
  faults: Faults,
): Record<string, (call: Call) => Answer> => {
  const { switches } = subscriptions

  const render = ({ id, broadcasterUserId, event, version, createdAt }: EventSubscription) => ({
    id,
    app_id: appId,
    broadcaster_user_id: broadcasterUserId,
    event,
    version,
    method: 'webhook',
    created_at: wireTime(createdAt),
    updated_at: wireTime(createdAt),
  })

  /** The channel of a user's token; of an app's token the one in the body. */
  const broadcasterOf = ({ principal }: Call, body: Record<string, unknown>): number => {
    if (principal.kind === 'user') return principal.userId
    const id = body.broadcaster_user_id
    if (!Number.isSafeInteger(id) || (id as number) < 1) {
      throw new InvalidArgument('broadcaster_user_id: must be a positive integer')
    }
    return id as number
  }

  const isAllowed = ({ principal }: Call): boolean =>
    principal.kind === 'app' || principal.scopes.includes('events:subscribe')

  const endpoints: Record<string, (call: Call) => Answer> = {
    [`GET ${subscriptionsPath}`]({ query }) {
      const [only] = integers(query, 'broadcaster_user_id', 1)
      const rows = subscriptions.list().filter((row) => only === undefined || row.broadcasterUserId === only)
      return ok(JSON.stringify(rows.map(render)))
    },

    [`POST ${subscriptionsPath}`](call) {
      const body = parse(call.body)
      const { events, method } = body
      if (method !== 'webhook') return invalid('method: must be webhook')
      if (!Array.isArray(events) || events.length === 0 || !events.every(isWish)) {
        return invalid('events: at least 1 value with name and version')
      }
      const id = broadcasterOf(call, body)
      const items: object[] = []
      for (const { name, version } of events) {
        const fault = faults.strike('item-error', subscriptionsPath, id)
        if (fault) items.push({ name, version, error: fault.error ?? 'internal error: retry quota exceeded' })
        else if (!isEventType(name) || version !== 1) items.push({ name, version, error: 'unknown event or version' })
        else {
          const row = subscriptions.create(id, name)
          if (row) items.push({ name, version, subscription_id: row.id })
          else if (switches.limitRefuses === 'request') return failure(400, 'Bad request', limitReached)
          else items.push({ name, version, error: limitReached })
        }
      }
      return { ...ok(JSON.stringify(items)), status: switches.createdStatus }
    },

    [`DELETE ${subscriptionsPath}`]({ query }) {
      const ids = texts(query, 'id', maxDeleted)
      if (ids.length === 0) return invalid('id: at least 1 value')
      subscriptions.remove(ids)
      return { status: 204, body: '' }
    },
  }

  return Object.fromEntries(
    Object.entries(endpoints).map(([name, answer]) => [
      name,
      (call: Call) => (isAllowed(call) ? answer(call) : forbidden),
    ]),
  )
}
