import { ConfigError } from '../lib/errors.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type LegacyTelemetry, legacyTelemetry } from './clickhouse/settle.ts'

/** How the tables of ClickHouse from before stand, with the database in their names. */
export const readTelemetry = async (clickHouse: ClickHouse): Promise<LegacyTelemetry[]> =>
  (await legacyTelemetry(clickHouse)).map((one) => ({ ...one, table: `${clickHouse.database}.${one.table}` }))

/** Those that Phase A should have taken over. */
export const notTakenOver = (tables: readonly LegacyTelemetry[]): LegacyTelemetry[] =>
  tables.filter(({ state }) => state === 'legacy')

/** Refuses while ClickHouse has tables from before under names of ours, as a ConfigError that names one. */
export const requireTakenOver = async (clickHouse: ClickHouse): Promise<void> => {
  const [one] = notTakenOver(await readTelemetry(clickHouse))
  if (one)
    throw new ConfigError(
      `The ClickHouse table ${one.table} is still that of before: \`channelscope adopt phase-a\` takes it over.`,
    )
}
