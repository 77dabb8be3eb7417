import { type ExportOptions, exportChat } from '../../archive/export-chat.ts'
import { type ReconcileOptions, reconcileEventSubscriptions } from '../../event-subscriptions/reconcile.ts'
import type { Steady } from '../../lib/clock.ts'
import { unavailable } from '../../lib/errors.ts'
import type { Platform } from '../../platforms/platform.ts'
import { createLeaseHolder } from '../../stores/postgres/lease-holder.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'
import { computeTrustScores, type TrustScoresOptions } from '../../trust/compute-trust-scores.ts'
import { type AggregationOptions, aggregateEndedSessions } from '../aggregate-sessions.ts'
import { closeStaleSessions } from '../close-stale-sessions.ts'
import type { Job, JobReport } from './job-runner.ts'

const counted = (did: string, sessions: number): JobReport => {
  const line = `${did} ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`
  return sessions > 0 ? line : { idle: line }
}

/** Archives what chat has arrived, hour by hour. */
export const chatExportJob = (options: ExportOptions): Job => {
  const leaseHolder = createLeaseHolder()
  return {
    scope: 'tier',
    name: 'chat-export',
    cron: '7 * * * *',
    description: 'Archives chat once it is an hour old.',
    async run(signal) {
      const { windows, objects, rows, through, busy } = await exportChat({ leaseHolder, ...options }, signal)
      const did = `archived ${rows} messages of ${windows} hours in ${objects} objects`
      const progress = through === null ? 'nothing has arrived yet' : `complete through ${through.toISOString()}`
      return `${did}; ${progress}${busy ? '; another process has the next hour' : ''}`
    },
  }
}

/** Lets the environment of this process have the new scores at once; the others copy them by themselves. */
type OnScores = (signal: AbortSignal) => Promise<void>

/** Keeps the trust scores of the tier up to date. */
export const trustScoresJob = ({
  onScores,
  ...options
}: Omit<TrustScoresOptions, 'signal'> & { onScores: OnScores }): Job => ({
  scope: 'tier',
  name: 'trust-scores',
  cron: '41 * * * *',
  afterStartSeconds: 30,
  description: 'Scores every channel that broadcast in the last 90 days.',
  async run(signal) {
    const { computed } = await computeTrustScores({ ...options, signal })
    await onScores(signal)
    return `scored ${computed} channels`
  },
})

/** Makes the platforms send the deliveries that are wanted. Fails after all platforms were asked if one did not answer. */
export const eventSubscriptionsJob = ({
  platforms,
  ...options
}: Omit<ReconcileOptions, 'platform' | 'signal'> & { platforms: () => readonly Platform[] }): Job => ({
  scope: 'tier',
  name: 'event-subscriptions',
  cron: '*/2 * * * *',
  afterStartSeconds: 1,
  description: 'Brings event subscriptions on the platforms in line with what is wanted.',
  async run(signal) {
    const lines: string[] = []
    const failed: string[] = []
    let changed = 0
    for (const platform of platforms()) {
      if (platform.eventSubscriptions === undefined) continue
      const summary = await reconcileEventSubscriptions({ ...options, platform, signal })
      const { created, removed, waiting, failure } = summary
      changed += created + removed
      lines.push(`${platform.name}: created ${created}, ended ${removed}, ${waiting} waiting`)
      if (failure) failed.push(`${platform.name} (${failure.message})`)
    }
    if (failed.length > 0) throw unavailable(`The platform did not answer as it should: ${failed.join(', ')}.`)
    const line = lines.join('; ') || 'no platform delivers events'
    return changed > 0 ? line : { idle: line }
  },
})

/**
 * Ends sessions of channels that are not probed any more. Nothing is ended before the steady time `notBefore`: after a
 * standstill or a step of the clock, the pollers need time to see what is still on.
 */
export const sessionClosingJob = (db: Postgres, steady: Steady, notBefore: () => number): Job => ({
  scope: 'tier',
  name: 'session-closing',
  cron: '* * * * *',
  description: 'Ends sessions of channels that were not probed for an hour.',
  async run() {
    if (steady() < notBefore()) return { idle: 'waiting for the pollers to probe again' }
    return counted('closed', await closeStaleSessions(db))
  },
})

/** Computes what sessions add up to and completes their chapters, so that they can say it when their rows are gone. */
export const sessionAggregatesJob = (options: Omit<AggregationOptions, 'signal'>): Job => ({
  scope: 'tier',
  name: 'session-aggregates',
  cron: '* * * * *',
  afterStartSeconds: 5,
  description: 'Computes totals for ended sessions, and again for those with late rows.',
  async run(signal) {
    return counted('aggregated', await aggregateEndedSessions({ ...options, signal }))
  },
})
