import type { PlatformName } from '../platforms/platform.ts'
import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

type Counts = {
  watched: number
  due: number
  probedLastMinute: number
  failing: number
  oldestDueAt: Date | null
  latenessSeconds: number
  lastProbedAt: Date | null
}

/** How the channels of a platform are probed, by all pollers together. */
export type PollingState = Counts & { platform: PlatformName }

const readState = statement(
  'polling_state',
  sql`SELECT ${select('Channel', ['platform'], 'c')}, ${expressions<Counts>({
    watched: 'count(*)::integer',
    due: 'count(*) FILTER (WHERE s.next_probe_at <= now())::integer',
    probedLastMinute: `count(*) FILTER (WHERE s.last_probed_at > now() - interval '1 minute')::integer`,
    failing: 'count(*) FILTER (WHERE s.consecutive_failures > 0)::integer',
    oldestDueAt: 'min(s.next_probe_at) FILTER (WHERE s.next_probe_at <= now())',
    latenessSeconds: 'greatest(0, extract(epoch FROM now() - min(s.next_probe_at)))::float8',
    lastProbedAt: 'max(s.last_probed_at)',
  })}
   FROM dm.probe_schedule s JOIN ${tableOf('Channel')} c ON c.id = s.channel_id
   WHERE s.active AND c.platform = ANY ($1) GROUP BY c.platform`,
)

const nothing: Counts = {
  watched: 0,
  due: 0,
  probedLastMinute: 0,
  failing: 0,
  oldestDueAt: null,
  latenessSeconds: 0,
  lastProbedAt: null,
}

/** The state of each of these platforms, in their order. One statement. */
export const readPolling = async (db: Transaction, platforms: readonly PlatformName[]): Promise<PollingState[]> => {
  const found = new Map((await db.query(readState, [platforms])).map((state) => [state.platform, state]))
  return platforms.map((platform) => found.get(platform) ?? { platform, ...nothing })
}

/** How late the most overdue channel may be, in seconds, before polling counts as late. */
export const allowedLateness = (pollIntervalSeconds: number): number => 3 * pollIntervalSeconds + 30
