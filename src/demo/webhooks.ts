import { Agent, request } from 'undici'
import type { Clock } from '../lib/clock.ts'
import { applyBodyFaults } from './apply-body-faults.ts'
import { createDeliveryStats, type DeliveryStats } from './delivery-counts.ts'
import { createDeliveryFaults, type DeliveryFaults } from './delivery-faults.ts'
import type { EventSubscriptions } from './event-subscriptions.ts'
import { createOutbox } from './outbox.ts'
import { deliveryHeaders, type OutgoingDelivery } from './outgoing-delivery.ts'
import type { PlatformEvent } from './platform-event.ts'
import { createRandom } from './random.ts'
import type { SigningKey } from './signing-key.ts'
import { ulid } from './ulid.ts'

/** What may be chosen about the sender. */
export type WebhookOptions = {
  /** Deliveries that may wait; those beyond are lost. */
  capacity?: number
  /** Requests at once. */
  concurrency?: number
  /** How long an answer may take. */
  timeoutMs?: number
}

/** Tells the app what happens, at its one URL. Disposing ends requests that are on their way and waits for them. */
export type Webhooks = AsyncDisposable & {
  /** Where the app listens; null while it has told no place, and then nothing is sent. */
  url: string | null
  /** The app's switch: turning it off removes all of its subscriptions. */
  isOn: boolean
  /** Whether a delivery that failed is lost, or tried again after one and after ten minutes. */
  retry: 'none' | 'three-attempts'
  readonly faults: DeliveryFaults
  readonly stats: DeliveryStats
  /** Sends the event once for each subscription to it; without one it is not even rendered. */
  emit(event: PlatformEvent): void
  /** Sends what has happened in the world since the last call, and what has become due. */
  advance(): void
  /** Resolves when nothing is on its way; what waits for a later instant does not count. */
  settled(): Promise<void>
  /** The headers that a delivery of this letter has. */
  headersOf(letter: OutgoingDelivery): Promise<Record<string, string>>
  /** From now on another key signs, and is served as the public key. */
  rotateKey(): Promise<void>
}

type Posted = OutgoingDelivery & {
  /** The type of the event, whatever the header says. */
  eventType: string
  /** Dated when it is sent. */
  isRestamped: boolean
  attempt: number
}

const dayMs = 86_400_000
const retryDelaysMs = [60_000, 600_000]

/** A sender without a URL; `worldEvents` answers what happened since it was last asked. */
export const createWebhooks = ({
  clock,
  seed,
  key,
  subscriptions,
  worldEvents,
  capacity = 5_000,
  concurrency = 16,
  timeoutMs = 5_000,
}: WebhookOptions & {
  clock: Clock
  seed: number
  key: SigningKey
  subscriptions: EventSubscriptions
  worldEvents: () => PlatformEvent[]
}): Webhooks => {
  const random = createRandom(seed)
  const faults = createDeliveryFaults(seed)
  const { stats, count } = createDeliveryStats()
  const failingSince = new Map<string, number>()
  const closing = new AbortController()
  const agent = new Agent({
    connections: concurrency,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  let isOn = true
  /** Held back to come after the next. */
  let held: Posted[] = []

  const send = async (url: string, letter: OutgoingDelivery): Promise<boolean> => {
    try {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: await deliveryHeaders(letter, key),
        body: letter.body,
        dispatcher: agent,
        signal: closing.signal,
      })
      await body.dump()
      return statusCode >= 200 && statusCode < 300
    } catch {
      return false
    }
  }

  /** The platform gives up on a type that has failed for more than a day. */
  const giveUp = (type: string): void => {
    const since = failingSince.get(type) ?? clock()
    failingSince.set(type, since)
    if (clock() - since <= dayMs) return
    subscriptions.removeWhere(({ event }) => event === type)
    failingSince.delete(type)
  }

  const deliver = async (letter: Posted): Promise<void> => {
    if (webhooks.url === null || closing.signal.aborted) return
    if (letter.isRestamped) letter = { ...letter, at: clock(), isRestamped: false }
    count(letter.eventType, 'sent')
    if (await send(webhooks.url, letter)) {
      count(letter.eventType, 'delivered')
      failingSince.delete(letter.eventType)
      return
    }
    if (closing.signal.aborted) return
    count(letter.eventType, 'failed')
    giveUp(letter.eventType)
    const delayMs = webhooks.retry === 'none' ? undefined : retryDelaysMs[letter.attempt]
    if (delayMs !== undefined) post({ ...letter, attempt: letter.attempt + 1 }, clock() + delayMs)
  }
  const outbox = createOutbox({ clock, capacity, concurrency, deliver })

  const post = (letter: Posted, dueAt?: number): void => {
    if (!outbox.post(letter, dueAt)) count(letter.eventType, 'overflowed')
  }
  const letGo = (): void => {
    const letters = held
    held = []
    for (const letter of letters) post(letter)
  }

  const dispatch = (event: PlatformEvent, subscriptionId: string, body: string): void => {
    const { type, broadcasterUserId } = event
    const strike = <K extends Parameters<typeof faults.strike>[0]>(kind: K) =>
      faults.isEmpty ? null : faults.strike(kind, type, broadcasterUserId)
    if (strike('drop')) {
      count(type, 'dropped')
      return
    }
    const delay = strike('delay')
    const letter: Posted = {
      messageId: ulid(clock(), random),
      subscriptionId,
      type: strike('wrong-type')?.type ?? type,
      at: clock(),
      body,
      hasBadSignature: strike('corrupt-signature') !== null,
      hasDoubleDate: strike('double-date') !== null,
      eventType: type,
      isRestamped: delay?.restamped ?? false,
      attempt: 0,
    }
    const letters = [letter]
    if (strike('duplicate')) letters.push(letter)
    if (strike('duplicate-new-id')) letters.push({ ...letter, messageId: ulid(clock(), random) })
    if (delay) for (const each of letters) post(each, clock() + delay.delayMs)
    else if (held.length < capacity && strike('reorder')) held.push(...letters)
    else {
      for (const each of letters) post(each)
      letGo()
    }
  }

  const webhooks: Webhooks = {
    url: null,
    get isOn() {
      return isOn
    },
    set isOn(value) {
      isOn = value
      if (isOn) return
      subscriptions.removeWhere(() => true)
      outbox.clear()
      held = []
    },
    retry: 'none',
    faults,
    stats,
    emit(event) {
      if (webhooks.url === null || !isOn) return
      const rows = subscriptions.of(event.broadcasterUserId, event.type)
      if (rows.length === 0) return
      const body = JSON.stringify(applyBodyFaults(faults, event.type, event.broadcasterUserId, event.body()))
      for (const { id } of rows) dispatch(event, id, body)
    },
    advance() {
      for (const event of worldEvents()) webhooks.emit(event)
      letGo()
      outbox.release()
    },
    settled: outbox.settled,
    headersOf: (letter) => deliveryHeaders(letter, key),
    rotateKey: key.rotate,
    async [Symbol.asyncDispose]() {
      outbox.clear()
      closing.abort()
      await outbox.settled()
      await agent.destroy()
    },
  }
  return webhooks
}
