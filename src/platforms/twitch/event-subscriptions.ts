import type { ApiHost } from '../api-host.ts'
import { readAnswer } from '../call-result.ts'
import type { CallRecord, CreatedSubscription, EventSubscriptions, EventType, ListedSubscription } from '../platform.ts'
import { readObject, readText, readUserId } from '../read-fields.ts'
import type { Reading } from '../read-rows.ts'
import { signedCallback } from './webhook-secret.ts'

const path = '/eventsub/subscriptions'
const hour = 3_600_000
/** Twitch lists 100 to a page and allows an app a cost of 10,000, which is what as many subscriptions without consent come to. */
const mostPages = 200

/** What Twitch delivers of any channel without its consent; they share one allowance, of which each takes its part. */
const types: readonly EventType[] = [
  { event: 'stream.online', version: 1, limit: 3_333, quietMs: 12 * hour, expected: 'start' },
  { event: 'stream.offline', version: 1, limit: 3_333, quietMs: 12 * hour, expected: 'end' },
  { event: 'channel.update', version: 2, limit: 3_333, quietMs: 24 * hour },
]

/** Where deliveries are to come and what they are to be signed with. */
export type TwitchWebhookTarget = {
  /** HTTPS on port 443. */
  callbackUrl: string
  /** 10 to 100 ASCII characters, which may become others. */
  secret: () => string
}

type Page = { rows: ListedSubscription[]; after: string | undefined }

/** Subscriptions that deliver, or will when our answer to the challenge has come through. */
const holds = new Set<unknown>(['enabled', 'webhook_callback_verification_pending'])

/**
 * The subscriptions of a page that deliver to us by webhook; those with another secret than this are outdated. One of ours that can
 * not be read spoils it: it would be asked for again.
 */
export const readSubscriptionPage = (
  body: unknown,
  { callbackUrl, secret }: { callbackUrl: string; secret: string },
): Reading<Page> => {
  const current = signedCallback(callbackUrl, secret)
  const { data, pagination } = readObject(body)
  if (!Array.isArray(data)) return { ok: false, message: 'the answer has no list of items', items: 0 }
  const rows: ListedSubscription[] = []
  for (const row of data) {
    const { id, status, type, version, condition, transport } = readObject(row)
    const { callback } = readObject(transport)
    if (typeof callback !== 'string' || callback.replace(/\?s=\w*$/, '') !== callbackUrl || !holds.has(status)) continue
    const platformUserId = readUserId(readObject(condition).broadcaster_user_id)
    const [subscriptionId, event] = [readText(id, 100), readText(type, 100)]
    if (!subscriptionId || !event || !platformUserId || !/^\d{1,4}$/.test(String(version)))
      return { ok: false, message: 'an item of the list is unusable', items: data.length }
    const isOutdated = callback !== current && { isOutdated: true }
    rows.push({ id: subscriptionId, platformUserId, event, version: Number(version), ...isOutdated })
  }
  return { ok: true, value: { rows, after: readText(readObject(pagination).cursor) }, items: data.length }
}

/** The subscription that a creation made. */
export const readCreated = (body: unknown): Reading<CreatedSubscription> => {
  const rows = readObject(body).data
  const id = Array.isArray(rows) ? readText(readObject(rows[0]).id, 100) : undefined
  if (id === undefined) return { ok: false, message: 'the answer has no subscription', items: 0 }
  return { ok: true, value: { ok: true, id }, items: 1 }
}

/** EventSub subscriptions by webhook, a call for each; every one carries the callback and the secret. */
export const createTwitchEventSubscriptions = (
  host: ApiHost,
  { callbackUrl, secret }: TwitchWebhookTarget,
): EventSubscriptions => {
  const createOne = async (platformUserId: string, { event, version }: EventType, signal?: AbortSignal) => {
    const signedWith = secret()
    const body = JSON.stringify({
      type: event,
      version: String(version),
      condition: { broadcaster_user_id: platformUserId },
      transport: { method: 'webhook', callback: signedCallback(callbackUrl, signedWith), secret: signedWith },
    })
    const headers = { 'content-type': 'application/json' }
    const answer = await host.call({ method: 'POST', path, headers, body }, signal)
    const { status, failure } = answer
    // Of a single subscription: it is there already, it needs consent, or the user is gone.
    const isAboutThisOne = failure?.kind === 'rejected' || (status === 403 && failure?.kind === 'unauthorized')
    if (!isAboutThisOne) return readAnswer(answer, readCreated)
    const created: CreatedSubscription = { ok: false, reason: 'failed', message: `answered ${status}` }
    return readAnswer({ ...answer, failure: null }, () => ({ ok: true, value: created, items: 0 }))
  }

  return {
    types,
    removeBatchSize: 1,

    list: async (signal) => {
      const earlier: CallRecord[] = []
      const found: ListedSubscription[] = []
      let after: string | undefined
      for (let pages = 0; ; pages++) {
        const query = after === undefined ? undefined : `after=${encodeURIComponent(after)}`
        const page = readAnswer(await host.call({ path, query }, signal), (body) =>
          readSubscriptionPage(body, { callbackUrl, secret: secret() }),
        )
        const otherCalls = [...earlier, ...(page.otherCalls ?? [])]
        if (!page.ok) return { ...page, otherCalls }
        found.push(...page.value.rows)
        const next = page.value.after
        if (next === undefined || next === after || pages >= mostPages) return { ...page, value: found, otherCalls }
        earlier.push(...(page.otherCalls ?? []), page.call)
        after = next
      }
    },

    create: async (platformUserId, asked, signal) => {
      const earlier: CallRecord[] = []
      const outcomes = new Map<string, CreatedSubscription>()
      for (;;) {
        const type = asked[outcomes.size]!
        const result = await createOne(platformUserId, type, signal)
        const otherCalls = [...earlier, ...(result.otherCalls ?? [])]
        if (!result.ok) return { ...result, otherCalls }
        outcomes.set(type.event, result.value)
        if (outcomes.size === asked.length) return { ...result, value: { kind: 'answered', outcomes }, otherCalls }
        earlier.push(...(result.otherCalls ?? []), result.call)
      }
    },

    remove: async (ids, signal) => {
      const query = ids.map((id) => `id=${encodeURIComponent(id)}`).join('&')
      const answer = await host.call({ method: 'DELETE', path, query, bodyless: true }, signal)
      // What is gone already need not be removed.
      const failure = answer.status === 404 ? null : answer.failure
      return readAnswer({ ...answer, failure }, () => ({ ok: true, value: null, items: ids.length }))
    },
  }
}
