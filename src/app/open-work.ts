import { cacheBriefly } from '../lib/cache-briefly.ts'
import { systemSteady } from '../lib/clock.ts'
import { gauge, type MetricSource } from '../lib/metric.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** Both tables have few rows that are not finished, and few rows. */
const openWork = statement(
  'metrics_open_work',
  sql`SELECT ${expressions<{ erasureSeconds: number; importSeconds: number }>({
    erasureSeconds: `coalesce((SELECT extract(epoch FROM now() - min(requested_at)) FROM dm.erasure WHERE finished_at IS NULL), 0)::float8`,
    importSeconds: `coalesce((SELECT extract(epoch FROM now() - min(updated_at)) FROM dm.import_run WHERE finished_at IS NULL), 0)::float8`,
  })}`,
)

/** What somebody began and nobody may notice that it does not end. */
export const openWorkMetrics = (db: Postgres): MetricSource[] => {
  const now = cacheBriefly(systemSteady, async () => (await db.query(openWork))[0]!)
  return [
    gauge(
      'erasure_oldest_age_seconds',
      'Since when the oldest erasure that is not finished waits; 0 when there is none.',
      async () => (await now()).erasureSeconds,
    ),
    gauge(
      'import_idle_seconds',
      'For how long an import that has not ended did nothing, of several the longest; 0 when there is none.',
      async () => (await now()).importSeconds,
    ),
  ]
}
