import { randomUUID } from 'node:crypto'
import { thinning } from '../demo/demo.ts'
import type { EventSubscriptions } from '../demo/event-subscriptions.ts'
import { type PastDelivery, pastDeliveries } from '../demo/history.ts'
import { startKickServer } from '../demo/kick-server.ts'
import { unsignedHeaders } from '../demo/outgoing-delivery.ts'
import type { Scenario } from '../demo/scenario.ts'
import { createWorld } from '../demo/world.ts'
import type { Log } from '../lib/log.ts'
import { createKickPlatform } from '../platforms/kick/kick-platform.ts'
import type { WebhookSource } from '../platforms/webhook-source.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import type { Delivery } from '../webhooks/delivery.ts'
import { storedHeaders } from '../webhooks/kept-headers.ts'
import { leaseProbes } from '../workers/probe-queue.ts'
import { type ProbeRow, recordProbes } from '../workers/record-probes.ts'
import { createProfileRefresh } from '../workers/refresh-profiles.ts'

type ReplayedWebhooks = {
  subscriptions: Pick<EventSubscriptions, 'of'>
  /** How the names of the platform's own headers begin. */
  headerPrefix: WebhookSource['headerPrefix']
  /** Stores what came between one look and the next. */
  store: (deliveries: readonly Delivery[]) => Promise<void>
  /** Projects it. The next look waits until it resolves, so that it finds what was told before. */
  project: (deliveries: readonly Delivery[]) => Promise<void>
}

export type ReplayOptions = {
  db: Postgres
  /** Of the world's viewer curves. */
  seed: number
  scenario: Scenario
  /** Milliseconds since the epoch. */
  from: number
  to: number
  /** Seconds from a look at an instant to the next one, and from a probe of a live channel to the next. */
  stepSeconds: (at: number) => number
  appendProbes: (rows: readonly ProbeRow[]) => Promise<void>
  /** Where what webhooks would have told of broadcasts goes; nowhere unless told. */
  webhooks?: ReplayedWebhooks
  log: Log
  /** Ends it early. */
  signal?: AbortSignal
}

// Cut, because the column rounds: what it rounds up would not be due yet for the next statement.
const makeProfilesDue = statement(
  'replay_make_profiles_due',
  `UPDATE dm.probe_schedule SET profile_due_at = date_trunc('milliseconds', now())`,
)

/** How often the profiles of the past were looked up. */
const profilesMs = 2 * 3_600_000

/** Of a world of 300 channels this loses about three starts or ends an hour, which only polling sees. */
const lossShare = 1 / 200

/** What the app received of the past; no two at the same microsecond. */
export const createReceipt = ({
  subscriptions,
  headerPrefix,
}: Pick<ReplayedWebhooks, 'subscriptions' | 'headerPrefix'>): ((past: PastDelivery) => Delivery[]) => {
  let last = 0n
  return ({ broadcasterUserId, arrivesAt, ...past }) =>
    subscriptions.of(broadcasterUserId, past.eventType).map(({ id }) => {
      const arrived = BigInt(arrivesAt) * 1_000n
      last = arrived > last ? arrived : last + 1n
      const message = { ...past, subscriptionId: id }
      const sent = unsignedHeaders({ ...message, type: past.eventType, at: past.sentAt.getTime() })
      const headers = storedHeaders(sent, headerPrefix, message)
      return { ...message, source: 'kick', headers, receivedAt: last, receipt: randomUUID(), replay: false }
    })
}

/**
 * Lets the poller's own code watch a stretch of the scenario in quick motion, against a simulated platform whose clock
 * stands at each step, and hands out what webhooks tell of broadcasts in the same stretch. To be called before anything else polls.
 */
export const replayDemo = async (options: ReplayOptions): Promise<void> => {
  const { db, seed, scenario, from, to, stepSeconds, appendProbes, webhooks, log, signal } = options
  let now = from
  const clock = () => now
  const world = createWorld({ clock, seed })
  scenario.advanceTo(world, now)
  await using server = await startKickServer({ world })
  await using kick = createKickPlatform({
    apiUrl: server.url,
    idUrl: server.url,
    ...server.credentials,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    clock,
    log,
  })
  const deps = { db, platform: kick.name, appendProbes, log }
  const refreshProfiles = createProfileRefresh({ db, platform: kick, clock, log })
  const stepMs = (at: number) => stepSeconds(at) * 1_000
  const past = pastDeliveries({ scenario, seed, from, to, stepMs, thinning, lossShare, part: 'broadcasts' })
  const received = webhooks && createReceipt(webhooks)
  for (; now < to && !signal?.aborted; now += stepMs(now)) {
    scenario.advanceTo(world, now)
    if ((now - from) % profilesMs < stepMs(now)) {
      await db.query(makeProfilesDue)
      while ((await refreshProfiles(signal)) > 0);
    }
    const leases = await leaseProbes(db, kick.name, 10_000, undefined, new Date(now))
    const outcomes = []
    for (let i = 0; i < leases.length; i += kick.liveBatchSize) {
      const chunk = leases.slice(i, i + kick.liveBatchSize)
      outcomes.push({ leases: chunk, result: await kick.fetchLive(chunk.map(({ platformUserId }) => platformUserId)) })
    }
    const recorded = outcomes.length > 0 && recordProbes({ ...deps, pollIntervalSeconds: stepSeconds(now) }, outcomes)
    // Deliveries are made and stored while Postgres works.
    const deliveries = received ? (past.next().value ?? []).flatMap(received) : []
    await Promise.all([recorded, webhooks?.store(deliveries)])
    await webhooks?.project(deliveries)
  }
  // The poller takes over from here, and finds each channel due when it would have been.
  await db.query(makeProfilesDue)
}
