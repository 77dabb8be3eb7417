import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { createRandom } from '../../../src/demo/random.ts'
import { newUlid } from '../../../src/lib/ids.ts'
import { chatBody, everyBody, followBody, person, statusBody } from '../platforms/kick-bodies.ts'
import type { SignedDelivery, Signer } from '../platforms/webhook-signer.ts'
import { subscriptionOf } from './projector-fixture.ts'

/** A delivery on its way, with its message id. */
type Sent = SignedDelivery & { id: string }

export type TrafficOptions = { seed: number; users: readonly number[]; signer: Signer }

/** Deliveries as a platform sends them, and what has to be stored once all of them were answered 200. */
export const createTraffic = ({ seed, users, signer }: TrafficOptions) => {
  const random = createRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const began = Date.now()
  const history: Sent[] = []
  const expected = {
    /** What may have become of each delivery, by its message id. */
    inbox: new Map<string, readonly string[]>(),
    chats: new Set<string>(),
    /** `<user> <follower>` */
    follows: new Set<string>(),
    /** `<user> <start in milliseconds>` */
    sessions: new Set<string>(),
  }
  const chatsOf = new Map<number, string[]>(users.map((user) => [user, []]))
  const broadcasts = new Map<number, number>(users.map((user) => [user, 0]))

  const signed = (user: number, type: string, body: object, outcomes: readonly string[], more: object = {}): Sent => {
    const messageId = newUlid()
    const signedContent = {
      body: JSON.stringify(body),
      type,
      messageId,
      subscriptionId: subscriptionOf(user, type),
      ...more,
    }
    const delivery = { ...signer.sign(signedContent), id: messageId }
    expected.inbox.set(messageId, outcomes)
    return delivery
  }

  /** The next delivery: mostly chat, some of it under a second message id, and a little of everything else. */
  const make = (): Sent => {
    const user = pick(users)
    const dice = random()
    const text = { created_at: new Date().toISOString() }
    if (dice < 0.05 && chatsOf.get(user)!.length > 0)
      return signed(user, 'chat.message.sent', chatBody(user, pick(chatsOf.get(user)!), text), [
        'PROJECTED',
        'REPEATED',
      ])
    if (dice < 0.7) {
      const id = `${user}-${expected.chats.size}`
      chatsOf.get(user)!.push(id)
      expected.chats.add(id)
      // May come after its copy under another id.
      return signed(user, 'chat.message.sent', chatBody(user, id, text), ['PROJECTED', 'REPEATED'])
    }
    if (dice < 0.85) {
      const follower = 1 + Math.floor(random() * 400)
      expected.follows.add(`${user} ${follower}`)
      return signed(user, 'channel.followed', followBody(user, follower), ['PROJECTED'])
    }
    if (dice < 0.89) {
      const count = broadcasts.get(user)!
      broadcasts.set(user, count + 1)
      const startedAt = began - 86_400_000 + Math.floor(count / 2) * 60_000
      expected.sessions.add(`${user} ${startedAt}`)
      const at = (ms: number) => new Date(ms).toISOString()
      const ended = count % 2 === 0 ? null : at(startedAt + 50_000)
      return signed(user, 'livestream.status.updated', statusBody(user, at(startedAt), ended), ['PROJECTED'])
    }
    if (dice < 0.93)
      return signed(user, 'kicks.gifted', { ...everyBody['kicks.gifted'], broadcaster: person(user) }, ['KEPT'])
    if (dice < 0.97)
      return signed(user, 'channel.followed', followBody(user, 9_999), ['UNTRACKED'], { subscriptionId: newUlid() })
    return signed(user, 'chat.message.sent', followBody(user, 9_999), ['TYPE_MISMATCH'])
  }

  /** A new delivery, now and then one that was sent before. */
  const next = (): Sent => {
    if (history.length > 0 && random() < 0.05) return pick(history)
    const one = make()
    history.push(one)
    return one
  }
  return { expected, next, random }
}

export type Traffic = ReturnType<typeof createTraffic>

export type SendOptions = {
  /** How many different deliveries there are to be in all. */
  count: number
  perSecond?: number
  /** Ends the sending once everything that was sent is answered. */
  until?: AbortSignal
  /** Goes on when a request fails; otherwise that ends the sending, because nobody receives any more. */
  patient?: boolean
  /** Each request on a connection of its own. */
  reset?: boolean
  /** How long an answer is waited for, in milliseconds; five minutes unless told. */
  timeoutMs?: number
  onAnswer?: () => void
}

const connections = 16

/** Sends deliveries: what was not answered 200 is sent again before anything new. */
export const createSender = (traffic: Traffic) => {
  const again: Sent[] = []
  const answered = new Set<string>()
  const failures = new Map<string, number>()
  let requests = 0

  /** The status of the answer, or why there is none. */
  const post = async (pool: Pool, { headers, body }: Sent, reset: boolean): Promise<string> => {
    requests += 1
    try {
      const response = await pool.request({ path: '/webhooks/kick', method: 'POST', headers, body, reset })
      await response.body.dump()
      return String(response.statusCode)
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? (error as Error).name
    }
  }

  return {
    /** Message ids that were answered 200. */
    answered,
    /** How many requests were made, and how many of them were not answered 200, in all and by what came instead. */
    numbers: () => ({ requests, failed: failures.values().reduce((sum, count) => sum + count, 0), failures }),
    /** Resolves when everything is answered or, unless it is patient, when a request has failed. */
    async send(url: string, options: SendOptions): Promise<void> {
      const { count, until, perSecond = Number.POSITIVE_INFINITY, patient = false, reset = false, onAnswer } = options
      const pool = new Pool(url, { connections, headersTimeout: options.timeoutMs })
      const began = performance.now()
      let sent = 0
      let gone = false
      const turn = async (): Promise<void> => {
        const wait = began + (sent++ / perSecond) * 1_000 - performance.now()
        if (wait > 0) await delay(wait)
      }
      const run = async (): Promise<void> => {
        while (!gone) {
          const one = again.shift() ?? (traffic.expected.inbox.size < count && !until?.aborted ? traffic.next() : null)
          if (one === null) return
          await turn()
          const result = await post(pool, one, reset)
          if (result === '200') {
            answered.add(one.id)
            onAnswer?.()
          } else {
            failures.set(result, (failures.get(result) ?? 0) + 1)
            again.push(one)
            gone = !patient
          }
        }
      }
      await Promise.all(Array.from({ length: connections }, run))
      await pool.destroy()
    },
  }
}
