import { newUlid } from '../lib/ids.ts'
import { jsonRows } from '../lib/json-rows.ts'
import type { Log } from '../lib/log.ts'
import { inRounds } from '../lib/rounds.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { recordHappenings } from '../stores/postgres/happenings.ts'
import {
  assignFacts,
  columnNames,
  expressions,
  factsOf,
  factValues,
  recordset,
  select,
  tableOf,
} from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { notInFuture, sql, statement } from '../stores/postgres/statement.ts'
import { keepBans } from './bans.ts'
import { changeFacts } from './change-facts.ts'
import { happeningsOf } from './channel-happenings.ts'
import type { ChannelObservation, StoredChannel } from './observation.ts'
import { isEmptyPlan, planUpsert, type UpsertPlan } from './plan-upsert.ts'
import { closePeriods, openPeriods } from './slug-periods.ts'

/** The most collisions of a batch that its line of the log names; it counts all. */
const shownCollisions = 10

export type UpsertOptions = { log: Log }

export type UpsertedChannel = { id: bigint; created: boolean }

// last_live_at is the instant of the last probe with a profile. It guards against older observations like the instants of the
// channel, and needs no write of its own.
const selectStored = (lock: string) => sql`
SELECT ${select('Channel', ['id', 'platformUserId', 'currentSlug', ...factsOf('Channel')], 'c')},
  ${expressions<Pick<StoredChannel, 'profileObservedAt' | 'slugObservedAt'>>({
    profileObservedAt: 'greatest(c.profile_observed_at, s.last_live_at)',
    slugObservedAt: 'greatest(c.slug_observed_at, s.last_live_at)',
  })}
FROM ${tableOf('Channel')} c
LEFT JOIN ${tableOf('ProbeSchedule')} s ON s.channel_id = c.id
WHERE c.id IN (
  SELECT id FROM ${tableOf('Channel')} WHERE platform = $1 AND platform_user_id = ANY ($2)
  UNION SELECT id FROM ${tableOf('Channel')} WHERE platform = $1 AND current_slug = ANY ($3))
ORDER BY c.id${lock}`

const readStored = statement('channels_read_stored', selectStored(''))
const lockStored = statement('channels_lock_stored', selectStored(' FOR UPDATE OF c'))

const releaseSlugs = statement(
  'channels_release_slugs',
  `UPDATE ${tableOf('Channel')} SET current_slug = NULL WHERE id = ANY ($1::bigint[])`,
)

const changeChannels = statement(
  'channels_change',
  `UPDATE ${tableOf('Channel')} c SET
     ${assignFacts('Channel', 'v', 'c')},
     current_slug = CASE WHEN v."setSlug" THEN v."currentSlug" ELSE c.current_slug END,
     profile_observed_at = greatest(${notInFuture('v."profileObservedAt"')}, c.profile_observed_at),
     slug_observed_at = greatest(${notInFuture('v."slugObservedAt"')}, c.slug_observed_at),
     last_seen_at = greatest(${notInFuture('v."profileObservedAt"')}, ${notInFuture('v."slugObservedAt"')}, c.last_seen_at),
     updated_at = now()
   FROM json_to_recordset($1) AS v("setSlug" boolean,
     ${recordset('Channel', ['id', 'currentSlug', 'profileObservedAt', 'slugObservedAt', ...factsOf('Channel')])})
   WHERE c.id = v.id`,
)

const insertChannels = statement(
  'channels_insert',
  sql`INSERT INTO ${tableOf('Channel')} (external_id, platform, platform_user_id, current_slug, first_seen_at, last_seen_at,
     profile_observed_at, slug_observed_at, ${columnNames('Channel', factsOf('Channel'))})
   SELECT v."externalId", $1, v."platformUserId", v."currentSlug", told.at, told.at,
     told.at, CASE WHEN v."slugObserved" THEN told.at ELSE 'epoch' END, ${factValues('Channel', 'v')}
   FROM json_to_recordset($2) AS v("observedAt" timestamptz, "slugObserved" boolean,
     ${recordset('Channel', ['externalId', 'platformUserId', 'currentSlug', ...factsOf('Channel')])}),
     LATERAL (SELECT ${notInFuture('v."observedAt"')} AS at) told
   ON CONFLICT (platform, platform_user_id) DO NOTHING
   RETURNING ${select('Channel', ['id', 'platformUserId'])}`,
)

const queueLookups = statement(
  'channels_queue_lookups',
  `INSERT INTO ${tableOf('ProbeSchedule')} (channel_id, active)
   SELECT id, false FROM ${tableOf('Channel')} WHERE platform = $1 AND platform_user_id = ANY ($2)
   ON CONFLICT (channel_id) DO UPDATE SET profile_due_at = now()`,
)

/**
 * Observations of one platform. With `recordUnchanged`, the instants of those that change nothing are stored too. With `knownOnly`, those of
 * channels that are not stored change nothing: somebody deleted the channel while it was asked for.
 */
type Batch = {
  platform: PlatformName
  observations: readonly ChannelObservation[]
  log: Log
  recordUnchanged: boolean
  knownOnly: boolean
}

const parameters = ({ platform, observations }: Batch): unknown[] => [
  platform,
  observations.map((seen) => seen.platformUserId),
  observations.map((seen) => seen.slug ?? null),
]

/** Writes a plan made under the locks of `tx`; null when another transaction inserted one of the channels first. */
const applyPlan = async (
  tx: Transaction,
  platform: PlatformName,
  plan: UpsertPlan,
  stored: readonly StoredChannel[],
): Promise<Map<string, bigint> | null> => {
  // Every slug that changes its channel is released before any is taken, so that two channels can swap.
  if (plan.releases.length > 0) await tx.query(releaseSlugs, [plan.releases])
  if (plan.changes.length > 0) {
    await tx.query(changeChannels, [
      jsonRows(plan.changes.map((change) => ({ ...change, setSlug: change.currentSlug !== undefined }))),
    ])
  }
  const inserted = new Map<string, bigint>()
  if (plan.inserts.length > 0) {
    const rows = plan.inserts.map((seen) => ({ ...seen, externalId: newUlid() }))
    const found = await tx.query(insertChannels, [platform, jsonRows(rows)])
    for (const row of found) inserted.set(row.platformUserId, row.id)
    if (inserted.size < rows.length) return null
  }
  const opened = [
    ...plan.openPeriods,
    ...plan.inserts
      .filter((seen) => seen.slugObserved && seen.currentSlug !== null)
      .map((seen) => ({ channelId: inserted.get(seen.platformUserId)!, slug: seen.currentSlug!, at: seen.observedAt })),
  ]
  await keepBans(tx, [
    ...plan.changes.flatMap(({ id, isBanned, profileObservedAt: at }) =>
      isBanned === undefined || isBanned === null || !at ? [] : [{ channelId: id, isBanned, at }],
    ),
    ...plan.inserts
      .filter(({ isBanned }) => isBanned)
      .map((seen) => ({ channelId: inserted.get(seen.platformUserId)!, isBanned: true, at: seen.observedAt })),
  ])
  if (plan.closePeriods.length > 0) await tx.query(closePeriods, [jsonRows(plan.closePeriods)])
  const periods = opened.length > 0 ? await tx.query(openPeriods, [jsonRows(opened)]) : []
  if (plan.lookups.length > 0) await tx.query(queueLookups, [platform, plan.lookups])
  const regained = periods.flatMap(({ channelId, slug, observedFrom: at, regained }) =>
    regained ? [{ channelId, slug, at }] : [],
  )
  await recordHappenings(tx, 'dm', happeningsOf(stored, plan, regained))
  return inserted
}

/** Another transaction inserted a channel between our read and our write; the next try reads it. */
class InsertedMeanwhile extends Error {
  readonly code = '40001'
}

type Round = { stored: StoredChannel[]; inserted: Map<string, bigint> }

const planOf = (stored: readonly StoredChannel[], { observations, recordUnchanged, knownOnly }: Batch): UpsertPlan => {
  const known = new Set(stored.map(({ platformUserId }) => platformUserId))
  const counted = knownOnly ? observations.filter(({ platformUserId }) => known.has(platformUserId)) : observations
  return planUpsert(stored, counted, { recordUnchanged })
}

/** Locks the stored channels, plans and writes. Returns what was stored before, and the new channels. */
const writeRound = async (tx: Transaction, batch: Batch): Promise<Round> => {
  const { platform, log } = batch
  const stored = await tx.query(lockStored, parameters(batch))
  const plan = planOf(stored, batch)
  const inserted = await applyPlan(tx, platform, plan, stored)
  if (!inserted) throw new InsertedMeanwhile()
  const { collisions } = plan
  if (collisions.length > 0)
    log.warn(
      { platform, count: collisions.length, collisions: collisions.slice(0, shownCollisions) },
      'channels were seen under the slug of another; the newer observation keeps it, and the others are looked up',
    )
  return { stored, inserted }
}

const resultOf = ({ stored, inserted }: Round): Map<string, UpsertedChannel> =>
  new Map([
    ...Array.from(inserted, ([userId, id]): [string, UpsertedChannel] => [userId, { id, created: true }]),
    ...stored.map(({ platformUserId, id }): [string, UpsertedChannel] => [platformUserId, { id, created: false }]),
  ])

const upsertRound = async (db: Postgres, batch: Batch): Promise<Map<string, UpsertedChannel>> => {
  // Most batches change nothing; only the others take locks. What a poller hands on is known to change something.
  if (batch.recordUnchanged) {
    const stored = await db.query(readStored, parameters(batch))
    if (isEmptyPlan(planOf(stored, batch))) return resultOf({ stored, inserted: new Map() })
  }
  return resultOf(await db.transaction((tx) => writeRound(tx, batch)))
}

/** An observation with its slug in lower case. */
const lowered = (seen: ChannelObservation): ChannelObservation => {
  const slug = seen.slug?.toLowerCase()
  return slug === seen.slug ? seen : { ...seen, slug }
}

/** Splits observations into rounds with one of each user, oldest first. */
const roundsOf = (observations: readonly ChannelObservation[]): ChannelObservation[][] =>
  inRounds(
    observations.map(lowered).sort((a, b) => a.observedAt.getTime() - b.observedAt.getTime()),
    ({ platformUserId }) => platformUserId,
  )

const upsertInRounds = async (db: Postgres, batch: Batch): Promise<Map<string, UpsertedChannel>> => {
  const result = new Map<string, UpsertedChannel>()
  for (const observations of roundsOf(batch.observations)) {
    for (const [userId, channel] of await upsertRound(db, { ...batch, observations })) {
      if (!result.get(userId)?.created) result.set(userId, channel)
    }
  }
  return result
}

/**
 * Makes the stored channels agree with the observations, by platform user id. A new slug closes one period of the history and
 * opens the next in the same transaction. Of two channels with the same slug the newer observation keeps it, and the other
 * channel is looked up again. It may be repeated, run concurrently and called with late observations.
 */
export const upsertChannels = (
  db: Postgres,
  platform: PlatformName,
  observations: readonly ChannelObservation[],
  { log }: UpsertOptions,
): Promise<Map<string, UpsertedChannel>> =>
  upsertInRounds(db, { platform, observations, log, recordUnchanged: true, knownOnly: false })

/** `upsertChannels` for whoever asks about stored channels: one that was deleted meanwhile stays deleted. */
export const updateChannels = async (
  db: Postgres,
  platform: PlatformName,
  observations: readonly ChannelObservation[],
  { log }: UpsertOptions,
): Promise<void> => {
  await upsertInRounds(db, { platform, observations, log, recordUnchanged: true, knownOnly: true })
}

/**
 * `updateChannels` for a poller, which sees thousands of unchanged channels a minute: one statement unless slugs or bans change. The
 * instants of observations that change nothing are not stored; the caller stores them in dm.probe_schedule.last_live_at.
 */
export const upsertChangedChannels = async (
  db: Postgres,
  platform: PlatformName,
  observations: readonly ChannelObservation[],
  { log }: UpsertOptions,
): Promise<void> => {
  for (const round of roundsOf(observations)) {
    const users = await changeFacts(db, platform, round)
    if (users.size === 0) continue
    const slugs = new Set(round.filter((seen) => users.has(seen.platformUserId)).map(({ slug }) => slug))
    // A channel with the same slug as a changed one takes part in the decision who holds the slug.
    const involved = round.filter((seen) => users.has(seen.platformUserId) || (seen.slug && slugs.has(seen.slug)))
    await upsertRound(db, { platform, observations: involved, log, recordUnchanged: false, knownOnly: true })
  }
}

/** `upsertChannels` of one observation. */
export const upsertChannel = async (
  db: Postgres,
  platform: PlatformName,
  observation: ChannelObservation,
  options: UpsertOptions,
): Promise<UpsertedChannel> =>
  (await upsertChannels(db, platform, [observation], options)).get(observation.platformUserId)!

/** `upsertChannel` as a part of a transaction, which must be tried again after a conflict with another one. */
export const upsertChannelInside = async (
  tx: Transaction,
  platform: PlatformName,
  observation: ChannelObservation,
  { log }: UpsertOptions,
): Promise<UpsertedChannel> => {
  const observations = roundsOf([observation])[0]!
  const round = await writeRound(tx, { platform, observations, log, recordUnchanged: true, knownOnly: false })
  return resultOf(round).get(observation.platformUserId)!
}
