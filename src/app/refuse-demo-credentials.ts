import { simulatedPlatform } from '../demo/simulated-platform.ts'
import type { PlatformRegistry } from '../platforms/platform-definition.ts'
import { select } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { credentialKeys } from './start-platforms.ts'

const finishedPast = statement(
  'demo_finished_past',
  sql`SELECT ${select('DemoPast', ['attempt'])} FROM dm.demo_past WHERE finished_at IS NOT NULL`,
)

/**
 * Refuses entries with credentials of the platform that the demo simulates, where the database holds the demo's channels: the real
 * platform does not know these, or knows others by their ids. Null where the entry may be made.
 */
export const refuseDemoCredentials = (dm: Postgres, registry: PlatformRegistry) => {
  const simulated = registry.find(({ name }) => name === simulatedPlatform)
  const keys = new Set(simulated && credentialKeys(simulated))
  return async (key: string): Promise<string | null> => {
    if (!simulated || !keys.has(key) || (await dm.query(finishedPast)).length === 0) return null
    const { title } = simulated
    return `key must be another one, because this database holds the channels of the demo: use another database, or another DATA_DIR, for the real ${title}.`
  }
}
