import type { ApiHost } from '../api-host.ts'
import { readAnswer } from '../call-result.ts'
import type { CreatedSubscription, Creation, EventSubscriptions, EventType, ListedSubscription } from '../platform.ts'
import { readCount, readObject, readText, readUserId } from '../read-fields.ts'
import type { Reading } from '../read-rows.ts'

const path = '/public/v1/events/subscriptions'
const removeBatchSize = 50
/** 1,000 until Kick has verified the app. */
const chatLimit = 1_000
const ordinaryLimit = 10_000
const hour = 3_600_000

/** What Kick delivers without consent; the scarce one first, for a limit that refuses it leaves nothing created. */
const types: readonly EventType[] = [
  { event: 'chat.message.sent', version: 1, limit: chatLimit, quietMs: hour / 4, expected: 'while-live' },
  {
    event: 'livestream.status.updated',
    version: 1,
    limit: ordinaryLimit,
    quietMs: 12 * hour,
    expected: 'start-and-end',
  },
  { event: 'livestream.metadata.updated', version: 1, limit: ordinaryLimit, quietMs: 24 * hour },
  { event: 'channel.followed', version: 1, limit: ordinaryLimit, quietMs: 6 * hour, expected: 'while-live' },
  { event: 'channel.subscription.new', version: 1, limit: ordinaryLimit, quietMs: 48 * hour },
  { event: 'channel.subscription.renewal', version: 1, limit: ordinaryLimit, quietMs: 48 * hour },
  { event: 'channel.subscription.gifts', version: 1, limit: ordinaryLimit, quietMs: 48 * hour },
  { event: 'kicks.gifted', version: 1, limit: ordinaryLimit, quietMs: 48 * hour },
  { event: 'moderation.banned', version: 1, limit: ordinaryLimit, quietMs: 24 * hour },
]

const isLimit = (text: unknown): boolean => /subscription limit reached/i.test(String(text))

/** A row of the list; undefined when it does not say what it is. */
const readListed = (row: unknown): ListedSubscription | undefined => {
  const fields = readObject(row)
  const id = readText(fields.id, 100)
  const platformUserId = readUserId(fields.broadcaster_user_id)
  const event = readText(fields.event, 100)
  const version = readCount(fields.version)
  return id && platformUserId && event && version !== undefined ? { id, platformUserId, event, version } : undefined
}

/** Everything an answer lists. One unreadable row spoils it: a subscription that is not listed would be asked for again. */
const readSubscriptions = (body: unknown): Reading<ListedSubscription[]> => {
  const rows = readObject(body).data
  if (!Array.isArray(rows)) return { ok: false, message: 'the answer has no list of items', items: 0 }
  const value = rows.map(readListed)
  return value.every((row) => row !== undefined)
    ? { ok: true, value, items: rows.length }
    : { ok: false, message: 'an item of the list is unusable', items: rows.length }
}

const readCreated = (fields: Record<string, unknown>): CreatedSubscription => {
  const id = readText(fields.subscription_id, 100)
  if (id !== undefined) return { ok: true, id }
  // What the platform says may be long and about its insides.
  const message = readText(fields.error, 200) ?? 'the answer has neither an id nor an error'
  return { ok: false, reason: isLimit(message) ? 'limit' : 'failed', message }
}

/** The outcome of each event asked for; one that the answer leaves out has failed. */
const readCreation = (body: unknown, asked: readonly EventType[]): Reading<Creation> => {
  const rows = readObject(body).data
  if (!Array.isArray(rows)) return { ok: false, message: 'the answer has no list of items', items: 0 }
  const told = new Map(rows.map(readObject).map((fields) => [fields.name, readCreated(fields)]))
  const missing: CreatedSubscription = { ok: false, reason: 'failed', message: 'the answer leaves it out' }
  const outcomes = new Map(asked.map(({ event }) => [event, told.get(event) ?? missing]))
  return { ok: true, value: { kind: 'answered', outcomes }, items: rows.length }
}

/** Event subscriptions of Kick. Deliveries go to the one webhook URL of the app, whose every subscription is listed here. */
export const createKickEventSubscriptions = (host: ApiHost): EventSubscriptions => ({
  types,
  removeBatchSize,

  list: async (signal) => readAnswer(await host.call({ path }, signal), readSubscriptions),

  create: async (platformUserId, asked, signal) => {
    const events = asked.map(({ event, version }) => ({ name: event, version }))
    // The digits as they are: an id may be larger than a number can hold.
    const body = `{"broadcaster_user_id":${platformUserId},"events":${JSON.stringify(events)},"method":"webhook"}`
    const headers = { 'content-type': 'application/json' }
    const answer = await host.call({ method: 'POST', path, headers, body }, signal)
    const { data, message } = readObject(answer.body)
    if (answer.status === 400 && (isLimit(data) || isLimit(message))) {
      return readAnswer({ ...answer, failure: null }, () => ({ ok: true, value: { kind: 'limit' }, items: 0 }))
    }
    return readAnswer(answer, (read) => readCreation(read, asked))
  },

  remove: async (ids, signal) => {
    const query = ids.map((id) => `id=${encodeURIComponent(id)}`).join('&')
    const answer = await host.call({ method: 'DELETE', path, query, bodyless: true }, signal)
    return readAnswer(answer, () => ({ ok: true, value: null, items: ids.length }))
  },
})
