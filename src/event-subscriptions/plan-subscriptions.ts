import type { EventType, ListedSubscription } from '../platforms/platform.ts'
import { byImportance, chooseChannels } from './choose-channels.ts'
import { mayExist, type StoredSubscription, type SubscriptionTarget } from './subscription.ts'

/** How far a platform's list may lag behind what was created and removed, in milliseconds. */
export const graceMs = 10 * 60_000

/** How many outdated subscriptions are under renewal at once, so that one run can make again what it ends. */
export const mostOutdated = 100

/** What is stored and what the platform lists, at `now`. */
export type PlanInput = {
  now: number
  types: readonly EventType[]
  /** Every subscription target of the platform. */
  channels: readonly SubscriptionTarget[]
  stored: readonly StoredSubscription[]
  listed: readonly ListedSubscription[]
  /** Platform user ids of all our channels; subscriptions of others are left alone. */
  known: ReadonlySet<string>
  /** Ids removed so recently that the list may still have them. */
  removed: ReadonlySet<string>
}

/** An event to ask for, with its row if there is one. */
export type WantedSubscription = { type: EventType; row: StoredSubscription | null }

/** A platform id to end, and its row. With `renewals` the row stays to be asked for again, for the `renewals`-th time in a row. */
export type Removal = { platformSubscriptionId: string; rowId: bigint | null; renewals?: number }

/** Everything that has to be done. Removals come before creations, because creations use the slots that they free. */
export type SubscriptionPlan = {
  /** Rows whose subscription is listed, with its id. */
  found: { id: bigint; platformSubscriptionId: string }[]
  /** Listed and wanted subscriptions without a row. */
  adopted: { channelId: bigint; event: string; version: number; platformSubscriptionId: string }[]
  /** Rows that should be listed and are not, for the first time. */
  missing: bigint[]
  /** Rows without a subscription that are not wanted. */
  forgotten: bigint[]
  removals: Removal[]
  /** Most important channel first. */
  creations: { channelId: bigint; platformUserId: string; wanted: WantedSubscription[] }[]
}

/** What is stored and listed of one type of event, by platform user id. */
type EventState = {
  type: EventType | undefined
  rows: ReadonlyMap<string, StoredSubscription>
  listed: ReadonlyMap<string, readonly ListedSubscription[]>
}

const isPast = (instant: Date | null, now: number): boolean => instant === null || instant.getTime() <= now

/** Whether a subscription was missing for longer than the list may lag. */
const isLost = ({ missingSince }: StoredSubscription, now: number): boolean =>
  missingSince !== null && now - missingSince.getTime() >= graceMs

/** What the platform holds of a type, as far as is known: platform ids, and a name of our own for a row without an id. */
const heldOf = ({ rows, listed }: EventState, now: number): Set<string> => {
  const held = new Set([...listed.values()].flat().map(({ id }) => id))
  for (const row of rows.values())
    if (mayExist(row) && !isLost(row, now)) held.add(row.platformSubscriptionId ?? `row ${row.id}`)
  return held
}

/** Whether the platform refused the row for its limit a short while ago. */
const isLimited = ({ status, retryAt }: StoredSubscription, now: number): boolean =>
  status === 'limited' && !isPast(retryAt, now)

/** The limit of a type: the platform's own, or the number that is held while the platform refuses more. */
const limitOf = (type: EventType, { rows }: EventState, held: number, now: number): number =>
  [...rows.values()].some((row) => isLimited(row, now)) ? Math.min(type.limit, held) : type.limit

/** An ended row as it is stored, to be asked for again in the same run. */
const afterRenewal = (row: StoredSubscription): StoredSubscription => ({
  ...row,
  status: 'renewing',
  platformSubscriptionId: null,
  missingSince: null,
})

/** The list, in which so many are outdated that a run can renew them. The others deliver until it is their turn. */
const limitOutdated = ({ listed, stored, known, removed }: PlanInput): ListedSubscription[] => {
  let left = mostOutdated - stored.filter(({ status }) => status === 'renewing').length
  return listed.flatMap(({ isOutdated, ...one }): ListedSubscription[] => {
    if (removed.has(one.id)) return []
    return isOutdated && known.has(one.platformUserId) && left-- > 0 ? [{ ...one, isOutdated }] : [one]
  })
}

/** Plans one wanted event of a channel. Returns whether it has to be asked for; everything else goes into `plan`. */
const settleWanted = (
  plan: SubscriptionPlan,
  channel: SubscriptionTarget,
  type: EventType,
  row: StoredSubscription | null,
  listed: readonly ListedSubscription[],
  now: number,
): boolean => {
  const usable = listed.filter(({ version, isOutdated }) => version === type.version && !isOutdated)
  const renewed = listed.find(({ id, isOutdated }) => isOutdated && id === row?.platformSubscriptionId)
  if (row !== null && renewed !== undefined) {
    plan.removals.push({ platformSubscriptionId: renewed.id, rowId: row.id, renewals: row.renewals })
    for (const { id } of listed) if (id !== renewed.id) plan.removals.push({ platformSubscriptionId: id, rowId: null })
    return true
  }
  const own = usable.find(({ id }) => id === row?.platformSubscriptionId)
  if (own === undefined && row !== null && row.platformSubscriptionId !== null && !isLost(row, now)) {
    // It was created a short while ago, or the list has a gap. The others on the list are judged once it is found or lost.
    if (row.missingSince === null) plan.missing.push(row.id)
    return false
  }
  // Of several that we did not create, always the same one is kept.
  const kept = own ?? usable.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0]
  for (const { id } of listed) if (id !== kept?.id) plan.removals.push({ platformSubscriptionId: id, rowId: null })
  if (kept === undefined) {
    if (row === null) return true
    return isPast(row.retryAt, now) && (!mayExist(row) || isLost(row, now))
  }
  const platformSubscriptionId = kept.id
  if (row === null) plan.adopted.push({ channelId: channel.channelId, ...type, platformSubscriptionId })
  else if (row.status !== 'active' || row.missingSince !== null || row.platformSubscriptionId !== kept.id)
    plan.found.push({ id: row.id, platformSubscriptionId })
  return false
}

/** Plans the end of an unwanted event of a channel. The row of a refusal stays, because it says that the type is full. */
const settleUnwanted = (
  plan: SubscriptionPlan,
  row: StoredSubscription | undefined,
  listed: readonly ListedSubscription[],
  now: number,
): void => {
  const own = row?.platformSubscriptionId ?? null
  if (row !== undefined && own === null && !isLimited(row, now)) plan.forgotten.push(row.id)
  if (row !== undefined && own !== null) plan.removals.push({ platformSubscriptionId: own, rowId: row.id })
  for (const { id } of listed) if (id !== own) plan.removals.push({ platformSubscriptionId: id, rowId: null })
}

/** Plans one type of event; returns the channels for which it has to be asked for, most important first. */
const planEvent = (
  plan: SubscriptionPlan,
  { now, known }: PlanInput,
  ranked: readonly SubscriptionTarget[],
  state: EventState,
): SubscriptionTarget[] => {
  const { type, rows, listed } = state
  const held = heldOf(state, now)
  const limit = type === undefined ? 0 : limitOf(type, state, held.size, now)
  const foreign = [...listed].reduce((sum, [user, some]) => sum + (known.has(user) ? 0 : some.length), 0)
  const removalsBefore = plan.removals.length
  const holds = ({ platformUserId }: SubscriptionTarget): boolean => {
    const row = rows.get(platformUserId)
    return listed.has(platformUserId) || (row !== undefined && (mayExist(row) || row.status === 'renewing'))
  }
  const chosen = chooseChannels(ranked, limit - foreign, holds, now)
  const chosenChannels = ranked.filter(({ channelId }) => chosen.has(channelId))
  const asked = chosenChannels.filter((channel) => {
    const user = channel.platformUserId
    return settleWanted(plan, channel, type!, rows.get(user) ?? null, listed.get(user) ?? [], now)
  })
  const wantedUsers = new Set(chosenChannels.map(({ platformUserId }) => platformUserId))
  for (const user of new Set([...rows.keys(), ...listed.keys()])) {
    if (known.has(user) && !wantedUsers.has(user)) settleUnwanted(plan, rows.get(user), listed.get(user) ?? [], now)
  }
  const freed = plan.removals.slice(removalsBefore).filter((removal) => held.has(removal.platformSubscriptionId)).length
  return asked.slice(0, Math.max(0, limit - held.size + freed))
}

/** Plans what makes the platform hold exactly what is wanted: each type once for every target, as far as the limits go. */
export const planSubscriptions = (input: PlanInput): SubscriptionPlan => {
  const plan: SubscriptionPlan = { found: [], adopted: [], missing: [], forgotten: [], removals: [], creations: [] }
  const ranked = byImportance(input.channels, input.now)
  const types = new Map(input.types.map((type) => [type.event, type]))
  const rows = Map.groupBy(input.stored, ({ event }) => event)
  const listed = Map.groupBy(limitOutdated(input), ({ event }) => event)
  const wanted = new Map<bigint, WantedSubscription[]>()
  for (const event of new Set([...types.keys(), ...rows.keys(), ...listed.keys()])) {
    const type = types.get(event)
    const ofEvent = new Map((rows.get(event) ?? []).map((row) => [row.platformUserId, row]))
    const state = { type, rows: ofEvent, listed: Map.groupBy(listed.get(event) ?? [], (one) => one.platformUserId) }
    for (const { channelId, platformUserId } of planEvent(plan, input, ranked, state)) {
      const one = { type: type!, row: ofEvent.get(platformUserId) ?? null }
      wanted.set(channelId, [...(wanted.get(channelId) ?? []), one])
    }
  }
  const renewed = new Set(plan.removals.flatMap(({ rowId, renewals }) => (renewals === undefined ? [] : [rowId])))
  const asStored = (row: StoredSubscription | null) => (row && renewed.has(row.id) ? afterRenewal(row) : row)
  plan.creations = ranked.flatMap(({ channelId, platformUserId }) => {
    const asked = wanted.get(channelId)?.map(({ type, row }) => ({ type, row: asStored(row) }))
    return asked === undefined ? [] : [{ channelId, platformUserId, wanted: asked }]
  })
  return plan
}
