import { setTimeout as delay } from 'node:timers/promises'
import { nextCronTime } from '../lib/cron.ts'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Context } from './context.ts'
import type { Node, OperationsJob, Polling } from './operations-parts.ts'
import { type OperationsProblem, problemsOf } from './operations-problems.ts'
import type { OperationsSource, StoreLook } from './operations-source.ts'

/** How long a part of the answer waits for its store, in milliseconds. */
const patienceMs = 2_000
/** A node that shares its database speaks every two seconds; one that says nothing for so long is silent. */
const silentMs = 30_000

/** Every part of the state, read when it is asked for. */
export type Operations = {
  stores(): Promise<StoreLook[]>
  polling(): Promise<Polling[]>
  nodes(): Promise<Node[]>
  jobs(): Promise<OperationsJob[]>
  problems(): Promise<OperationsProblem[]>
  source: OperationsSource
}

/** What the work gives within its time; null where it fails or takes longer. */
const patient = async <T>(what: string, work: () => Promise<T>, log: Log): Promise<T | null> => {
  const patience = new AbortController()
  try {
    return await Promise.race([work(), delay(patienceMs, null, { signal: patience.signal })])
  } catch (error) {
    log.warn({ err: reasonText(error) }, `${what} could not be read for the view of operations`)
    return null
  } finally {
    patience.abort()
  }
}

const once = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let answer: Promise<T> | undefined
  return () => {
    answer ??= work()
    return answer
  }
}

const unknownCounts = {
  watched: null,
  due: null,
  probedLastMinute: null,
  failing: null,
  oldestDueAt: null,
  latenessSeconds: null,
  lastProbedAt: null,
}

const readPolling = async (source: OperationsSource, log: Log): Promise<Polling[]> => {
  const { intervalSeconds, allowedSeconds, platforms } = source.pollingSettings()
  const states = await patient('polling', () => source.polling(platforms.map(({ platform }) => platform)), log)
  const found = new Map(states?.map((state) => [state.platform, state]))
  return platforms.map((platform) => {
    const state = found.get(platform.platform)
    return {
      ...platform,
      intervalSeconds,
      ...(state ?? unknownCounts),
      isLate: state ? platform.isOn && state.latenessSeconds > allowedSeconds : null,
    }
  })
}

const readNodes = async (source: OperationsSource, now: Date, log: Log): Promise<Node[]> => {
  const known = (await patient('the nodes', () => source.nodes(), log)) ?? []
  const own = source.thisNode()
  const waiting = own.spool.tables.flatMap(({ oldestAt }) => oldestAt ?? [])
  const others = known.filter(({ node }) => node !== own.name)
  return [
    {
      name: own.name,
      seenAt: now,
      isSilent: false,
      waitingSince: waiting.length === 0 ? null : new Date(Math.min(...waiting.map(Number))),
      own,
    },
    ...others.map(({ node, seenAt, waitingSince }) => ({
      name: node,
      seenAt,
      isSilent: now.getTime() - seenAt.getTime() > silentMs,
      waitingSince,
      own: null,
    })),
  ]
}

const readJobs = async (source: OperationsSource, now: Date, log: Log): Promise<OperationsJob[]> => {
  const runs = await patient('the runs of jobs', () => source.jobRuns(), log)
  return source.jobs.map(({ name, description, cron }) => {
    const own = runs?.filter(({ job }) => job === name)
    const running = own?.find(({ state }) => state === 'running')
    const next = nextCronTime(cron, now.getTime())
    return {
      name,
      description,
      cron,
      nextRunAt: next === null ? null : new Date(next),
      isRunning: own ? running !== undefined : null,
      runningSince: running?.startedAt ?? null,
      lastRun: own?.find(({ state }) => state !== 'running') ?? null,
    }
  })
}

/** The state of the whole system. Each part is read once, when it is first asked for, and none makes the others wait or fail. */
export const operationsOf = ({ operations: source, log, now }: Context): Operations => {
  const at = new Date(now)
  const parts = {
    stores: once(() => source.stores()),
    polling: once(() => readPolling(source, log)),
    nodes: once(() => readNodes(source, at, log)),
    jobs: once(() => readJobs(source, at, log)),
  }
  return { ...parts, source, problems: once(() => problemsOf(parts, source)) }
}
