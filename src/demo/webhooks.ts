import { Agent, request } from 'undici'
import type { Clock } from '../lib/clock.ts'
import { applyBodyFaults } from './apply-body-faults.ts'
import { createDeliveryStats, type DeliveryStats } from './delivery-counts.ts'
import { createDeliveryFaults, type DeliveryFaults } from './delivery-faults.ts'
import type { PlatformEvent } from './event-bodies.ts'
import type { EventSubscriptions } from './event-subscriptions.ts'
import { createOutbox } from './outbox.ts'
import { deliveryHeaders, type OutgoingDelivery } from './outgoing-delivery.ts'
import { createRandom, ulid } from './random.ts'
import type { SigningKey } from './signing-key.ts'

/** The limits of the sender. */
export type WebhookOptions = {
  /** How many deliveries may wait; more are lost. */
  capacity?: number
  /** Requests at once. */
  concurrency?: number
}

type WebhookParts = {
  clock: Clock
  seed: number
  key: SigningKey
  subscriptions: EventSubscriptions
  worldEvents: () => PlatformEvent[]
}

/** Sends events to the app's URL. Disposing aborts the requests that are on their way and waits for them. */
export type Webhooks = AsyncDisposable & {
  /** The app's URL; while it is null nothing is sent. */
  url: string | null
  /** The app's switch: turning it off removes all of its subscriptions. */
  isOn: boolean
  /** Whether a failed delivery is lost, or tried again after one and after ten minutes. */
  retry: 'none' | 'three-attempts'
  readonly faults: DeliveryFaults
  readonly stats: DeliveryStats
  /** Sends the event once for each subscription to it. */
  emit(event: PlatformEvent): void
  /** Sends what has happened in the world since the last call, and what has become due. */
  advance(): void
  /** Resolves when nothing is on its way; deliveries for a later instant do not count. */
  settled(): Promise<void>
  /** The headers of this delivery. */
  headersOf(delivery: OutgoingDelivery): Promise<Record<string, string>>
  /** Replaces the signing key by a new one. */
  rotateKey(): Promise<void>
}

type QueuedDelivery = OutgoingDelivery & {
  /** The true type of the event. */
  eventType: string
  /** Whether its timestamp is the instant of sending. */
  isRestamped: boolean
  attempt: number
}

const dayMs = 86_400_000
const retryDelaysMs = [60_000, 600_000]

const timeoutMs = 5_000

/** Makes a sender without a URL; `worldEvents` returns what happened since its last call. */
export const createWebhooks = (parts: WebhookParts, options: WebhookOptions = {}): Webhooks => {
  const { clock, seed, key, subscriptions, worldEvents } = parts
  const { capacity = 5_000, concurrency = 16 } = options
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
  /** Deliveries that are sent after the next one. */
  let held: QueuedDelivery[] = []

  const send = async (url: string, delivery: OutgoingDelivery): Promise<boolean> => {
    try {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: await deliveryHeaders(delivery, key),
        body: delivery.body,
        dispatcher: agent,
        signal: closing.signal,
      })
      await body.dump()
      return statusCode >= 200 && statusCode < 300
    } catch {
      return false
    }
  }

  /** Like the platform, gives up on a type that has failed for more than a day. */
  const giveUp = (type: string): void => {
    const since = failingSince.get(type) ?? clock()
    failingSince.set(type, since)
    if (clock() - since <= dayMs) return
    subscriptions.removeWhere(({ event }) => event === type)
    failingSince.delete(type)
  }

  const deliver = async (delivery: QueuedDelivery): Promise<void> => {
    if (webhooks.url === null || closing.signal.aborted) return
    if (delivery.isRestamped) delivery = { ...delivery, at: clock(), isRestamped: false }
    count(delivery.eventType, 'sent')
    if (await send(webhooks.url, delivery)) {
      count(delivery.eventType, 'delivered')
      failingSince.delete(delivery.eventType)
      return
    }
    if (closing.signal.aborted) return
    count(delivery.eventType, 'failed')
    giveUp(delivery.eventType)
    const delayMs = webhooks.retry === 'none' ? undefined : retryDelaysMs[delivery.attempt]
    if (delayMs !== undefined) post({ ...delivery, attempt: delivery.attempt + 1 }, clock() + delayMs)
  }
  const outbox = createOutbox({ clock, capacity, concurrency }, deliver)

  const post = (delivery: QueuedDelivery, dueAt?: number): void => {
    if (!outbox.post(delivery, dueAt)) count(delivery.eventType, 'overflowed')
  }
  const releaseHeld = (): void => {
    const deliveries = held
    held = []
    for (const delivery of deliveries) post(delivery)
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
    const delivery: QueuedDelivery = {
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
    const deliveries = [delivery]
    if (strike('duplicate')) deliveries.push(delivery)
    if (strike('duplicate-new-id')) deliveries.push({ ...delivery, messageId: ulid(clock(), random) })
    if (delay) for (const each of deliveries) post(each, clock() + delay.delayMs)
    else if (held.length < capacity && strike('reorder')) held.push(...deliveries)
    else {
      for (const each of deliveries) post(each)
      releaseHeld()
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
      releaseHeld()
      outbox.release()
    },
    settled: outbox.settled,
    headersOf: (delivery) => deliveryHeaders(delivery, key),
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
