import type { PlatformName } from '../platforms/platform.ts'
import {
  type CallsOfOutage,
  explainOutage,
  type OutageExplanation,
  type OutageFacts,
  type Unwatched,
} from '../telemetry/outage-cause.ts'
import type { Outage } from '../telemetry/outages.ts'
import type { ProbedChannel } from '../telemetry/series.ts'
import type { Context } from './context.ts'
import { madeOf, waitingFor } from './history-targets.ts'
import {
  type AskedSpan,
  channelTarget,
  type Evidence,
  type PollingSwitch,
  pollingTarget,
  readEvidence,
  readPollingSwitches,
} from './outage-evidence.ts'
import { probedChannels } from './probed-rows.ts'
import { loadAllTold } from './told-rows.ts'

/** An outage that can be explained: of the probes of a channel, or of deliveries. */
export type ExplainableOutage = Outage & { channelId: bigint | null }

/** The most outages that one operation explains: the newest. */
const maxExplained = 1_000

const tooMany: OutageExplanation = {
  cause: 'UNKNOWN',
  explanation: `Only the newest ${maxExplained} outages of an answer are explained: ask for a shorter range.`,
  evidence: null,
}

// The probes at both ends of an outage are noted in whole seconds, and their calls are no part of it.
const callsWithin = ({ from, to }: Outage): AskedSpan => {
  const [first, last] = [from.getTime() + 1_000, to.getTime() - 1_000]
  return first < last ? { from: first, to: last } : { from: from.getTime(), to: to.getTime() }
}

/** The calls to a platform in the slices of a span. */
const callsOf = (
  { edges, calls, silences }: Evidence,
  { from, to }: AskedSpan,
  { platform, channelId }: Pick<ProbedChannel, 'platform' | 'channelId'>,
): CallsOfOutage => {
  const [first, last] = [edges.indexOf(from) + 1, edges.indexOf(to)]
  const isOfSpan = (row: { platform: string; slice: number }) =>
    row.platform === platform && row.slice >= first && row.slice <= last
  const inside = calls.filter(isOfSpan)
  let silence = { from, to: from }
  let quietSince = from
  const beQuiet = (since: number, until: number) => {
    if (until - since > silence.to - silence.from) silence = { from: since, to: until }
  }
  for (const slice of silences.filter(isOfSpan).sort((a, b) => a.slice - b.slice)) {
    beQuiet(quietSince, slice.first)
    if (slice.before !== null && slice.after !== null) beQuiet(slice.before, slice.after)
    quietSince = slice.last
  }
  beQuiet(quietSince, to)
  return {
    well: inside.reduce((sum, { error, count }) => sum + (error === null ? count : 0), 0),
    failed: inside.flatMap(({ error, status, count, channelId: of }) =>
      error === null ? [] : { error, status, count, isOfChannel: of === String(channelId) },
    ),
    silence,
  }
}

type Switch = { at: number; isOn: boolean; wasOn: boolean | null; by: string | null }

/** The spans in which something was off, by the switches in order. Before the first it was as the first says. */
const offBetween = (
  switches: readonly Switch[],
): { from: number; to: number; by: string | null; isFirst: boolean }[] => {
  const [first] = switches
  const before = first && first.wasOn !== true && first.isOn ? [{ from: 0, to: first.at, by: null, isFirst: true }] : []
  const later = switches.flatMap(({ at, isOn, by }, index) =>
    isOn ? [] : { from: at, to: switches[index + 1]?.at ?? Number.MAX_SAFE_INTEGER, by, isFirst: false },
  )
  return [...before, ...later]
}

const byTime = (a: Switch, b: Switch): number => a.at - b.at

/** When nobody wanted a channel to be asked about. */
const unwatchedOf = (
  evidence: Evidence,
  polling: readonly PollingSwitch[],
  { channelId, platform }: Pick<ProbedChannel, 'channelId' | 'platform'>,
): Unwatched[] => {
  const target = channelTarget(channelId)
  const switches = evidence.switches
    .filter((one) => one.target === target)
    .map(({ at, active, was, by }): Switch => ({ at, isOn: active === true, wasOn: was, by }))
    .sort(byTime)
  const schedule = evidence.schedules.find((one) => one.channelId === String(channelId))
  // What nobody recorded is known of the schedule alone.
  if (schedule?.active === false && switches.at(-1)?.isOn !== false)
    switches.push({ at: schedule.switchedAt, isOn: false, wasOn: true, by: null })
  const side = 'dm'
  const ofChannel = offBetween(switches).map(({ isFirst, ...span }): Unwatched => {
    return { ...span, side, target, kind: isFirst ? 'never' : 'channel' }
  })
  if (schedule === undefined) {
    const never = { from: 0, to: Number.MAX_SAFE_INTEGER, by: null, side, target, kind: 'never' } as const
    return [never]
  }
  const setting = pollingTarget(platform)
  const ofPlatform = polling
    .filter((one) => one.target === setting)
    .map(({ at, by, was, value }): Switch => ({ at, by, isOn: isOn(value), wasOn: isOn(was) }))
    .sort(byTime)
  return [
    ...ofChannel,
    ...offBetween(ofPlatform).map(({ isFirst, ...span }): Unwatched => {
      return { ...span, side: 'public', target: setting, kind: 'platform' }
    }),
  ]
}

/** Whether a value of a setting means on; without a value it is. */
const isOn = (value: string | null): boolean => value === null || value === 'on'

/** While a platform fails, a channel is asked about again after five intervals at most. */
const longestPauseMs = (intervalSeconds: number | null): number => Math.max(6 * 60, 6 * (intervalSeconds ?? 60)) * 1_000

// An outage is its own key, so that those of all channels are explained together.
const keyOf = ({ channelId, from, to, reason }: ExplainableOutage): string =>
  [channelId ?? '', from.getTime(), to.getTime(), reason].join('/')

const outageOf = (key: string): ExplainableOutage & { key: string } => {
  const [channelId, from, to, reason] = key.split('/') as [string, string, string, Outage['reason']]
  const [begun, ended] = [new Date(Number(from)), new Date(Number(to))]
  return { key, channelId: channelId === '' ? null : BigInt(channelId), from: begun, to: ended, reason }
}

/** Explains outages: one statement for all of them, and one of the other side where polling may have been switched off. */
const explainAll = async (context: Context, keys: readonly string[]): Promise<Map<string, OutageExplanation>> => {
  const { databases, history, registry, clock, identity } = context
  const newest = keys
    .map(outageOf)
    .sort((a, b) => b.to.getTime() - a.to.getTime())
    .slice(0, maxExplained)
  const channelIds = [...new Set(newest.flatMap(({ channelId }) => channelId ?? []))]
  const channels = new Map((await loadAllTold(context, probedChannels, channelIds)).map((one) => [one.channelId, one]))
  const platforms = [...new Set([...channels.values()].map(({ platform }) => platform))]
  const unexplained = newest.filter(({ reason }) => reason === 'not probed')
  const [evidence, polling] = await Promise.all([
    readEvidence(databases.dm, {
      env: history.env,
      spans: unexplained.map(callsWithin),
      platforms,
      channelIds,
      lossTargets: [...madeOf.probes, ...madeOf.deliveries],
      backlogTarget: waitingFor.probes[0]!,
    }),
    unexplained.length > 0 ? readPollingSwitches(databases.public, platforms) : [],
  ])
  const sees = { details: identity.role !== 'PUBLIC', people: identity.role === 'ADMIN' }
  const now = clock()
  const { oldestCall } = evidence
  const ownBacklog = history.completeThrough('probes').getTime()
  const titleOf = (name: PlatformName) => registry.find((one) => one.name === name)?.title ?? name
  const explain = (outage: ExplainableOutage): OutageExplanation => {
    const of = outage.channelId === null ? 'deliveries' : 'probes'
    const channel = outage.channelId === null ? undefined : channels.get(outage.channelId)
    const platform = channel?.platform ?? ''
    const span = callsWithin(outage)
    const facts: OutageFacts = {
      platform: { name: platform, title: titleOf(platform) },
      now,
      of,
      lastProbedAt: channel?.lastProbedAt?.getTime() ?? null,
      unwatched: channel ? unwatchedOf(evidence, polling, channel) : [],
      // The first call of all has the number 1: then none was dropped.
      callsSince: oldestCall === null || oldestCall.id === 1 ? 0 : oldestCall.at,
      calls: channel ? callsOf(evidence, span, channel) : { well: 0, failed: [], silence: span },
      longestPauseMs: longestPauseMs(channel?.intervalSeconds ?? null),
      losses: evidence.losses.filter(
        ({ target, from, to }) =>
          madeOf[of].includes(target) && from < outage.to.getTime() && to > outage.from.getTime(),
      ),
      backlogs: [...evidence.backlogs, { node: null, oldestAt: ownBacklog }],
    }
    return explainOutage(outage, facts, sees)
  }
  const explained = new Map(newest.map((outage) => [outage.key, explain(outage)]))
  return new Map(keys.map((key) => [key, explained.get(key) ?? tooMany]))
}

/** Why there is an outage; all outages of the operation are explained together. */
export const explanationOf = async (context: Context, outage: ExplainableOutage): Promise<OutageExplanation> => {
  const explained = await context.loaders.load('outage explanation', null, keyOf(outage), (keys) =>
    explainAll(context, keys),
  )
  return explained!
}
