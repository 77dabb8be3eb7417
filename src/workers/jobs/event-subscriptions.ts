import { type ReconcileOptions, reconcileEventSubscriptions } from '../../event-subscriptions/reconcile.ts'
import type { Platform } from '../../platforms/platform.ts'
import { logCalls } from '../scrape-log.ts'
import type { Job } from './job.ts'

export type EventSubscriptionsOptions = Omit<ReconcileOptions, 'platform' | 'signal'> & {
  platforms: readonly Platform[]
}

/** Makes the platforms deliver what is wanted of the watched channels. */
export const eventSubscriptionsJob = ({ platforms, ...options }: EventSubscriptionsOptions): Job => ({
  name: 'event-subscriptions',
  cron: '*/2 * * * *',
  afterStartSeconds: 1,
  description: 'Makes the event subscriptions held with the platforms those that are wanted.',
  async run(signal) {
    const lines: string[] = []
    const failed: string[] = []
    for (const platform of platforms) {
      if (platform.eventSubscriptions === undefined) continue
      const summary = await reconcileEventSubscriptions({ ...options, platform, signal })
      await logCalls(options.db, summary.calls)
      const { created, removed, waiting, failure } = summary
      lines.push(`${platform.name}: created ${created}, ended ${removed}, ${waiting} waiting`)
      if (failure) failed.push(`${platform.name} (${failure.message})`)
    }
    if (failed.length > 0) throw new Error(`The platform did not answer as it should: ${failed.join(', ')}.`)
    return lines.join('; ') || 'no platform delivers events'
  },
})
