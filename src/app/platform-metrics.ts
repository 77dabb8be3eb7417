import { type Steady, systemSteady } from '../lib/clock.ts'
import { createHistogram, metricsPer } from '../lib/metric.ts'
import type { OnCall } from '../platforms/http.ts'
import type { PlatformName } from '../platforms/platform.ts'

const windowSeconds = 60

/** How many happened in the last minute, by whole seconds. */
class LastMinute {
  readonly #seconds = new Map<number, number>()

  add(now: number): void {
    const second = Math.floor(now / 1_000)
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + 1)
    this.#forget(second)
  }

  count(now: number): number {
    this.#forget(Math.floor(now / 1_000))
    return this.#seconds.values().reduce((sum, count) => sum + count, 0)
  }

  #forget(second: number): void {
    for (const past of this.#seconds.keys()) if (past <= second - windowSeconds) this.#seconds.delete(past)
  }
}

/** Counts the calls to platforms that `onCall` is told of. */
export const createPlatformMetrics = (steady: Steady = systemSteady) => {
  const durations = createHistogram({
    name: 'platform_call_duration_seconds',
    help: 'Time from sending a request to a platform to the last byte of its answer, or to giving up.',
    labels: ['platform', 'outcome'],
  })
  const budgets = new Map<PlatformName, { sent: LastMinute; requestsPerSecond: number }>()
  const onCall: OnCall = ({ platform, outcome, durationMs, requestsPerSecond }) => {
    durations.of(platform, outcome).observe(durationMs / 1_000)
    if (requestsPerSecond === undefined) return
    const budget = budgets.get(platform) ?? { sent: new LastMinute(), requestsPerSecond }
    budget.requestsPerSecond = requestsPerSecond
    budget.sent.add(steady())
    budgets.set(platform, budget)
  }
  return {
    onCall,
    /** Requests to a platform in the last minute that its budget counts. */
    sentLastMinute: (platform: PlatformName): number => budgets.get(platform)?.sent.count(steady()) ?? 0,
    metrics: [
      durations,
      metricsPer('platform', () => budgets).gauge(
        'platform_rate_budget_used_ratio',
        'Requests to a platform in the last minute as a share of what may be sent.',
        ({ sent, requestsPerSecond }) => sent.count(steady()) / (requestsPerSecond * windowSeconds),
      ),
    ],
  }
}
