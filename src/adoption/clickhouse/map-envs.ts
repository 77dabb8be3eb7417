import { ConfigError } from '../../lib/errors.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { envsOfTakeOver } from './legacy-tables.ts'
import { legacyTelemetry } from './settle.ts'

/** An env of before, with the tier that its rows belong to. */
export type EnvMapping = { from: string; to: string | null }

/**
 * The names of environments of before with the tiers of their rows, null standing for `tier`. A ConfigError where a name is mapped twice, where no
 * row has it, or where the rows were taken over otherwise already. Absent where nothing is mapped.
 */
export const readEnvMapping = async (
  clickHouse: ClickHouse,
  tier: string,
  mappings: readonly EnvMapping[],
): Promise<Readonly<Record<string, string>> | undefined> => {
  if (mappings.length === 0) return undefined
  const tables = (await legacyTelemetry(clickHouse)).filter(({ state }) => state === 'taken' || state === 'legacy')
  if (tables.length === 0) throw new ConfigError('--env has nothing to map: ClickHouse has no tables from before.')
  const known = new Set(tables.flatMap(({ envs }) => envs.map(({ env }) => env)))
  const found = new Map<string, string>()
  for (const { from, to } of mappings) {
    if (!known.has(from))
      throw new ConfigError(`No row of ClickHouse has the env ${from}: --env may name ${[...known].sort().join(', ')}.`)
    if (found.has(from)) throw new ConfigError(`--env names ${from} twice: name it once.`)
    found.set(from, to ?? tier)
  }
  const begun = await envsOfTakeOver(clickHouse)
  const isSame =
    begun && Object.keys(begun).length === found.size && [...found].every(([from, to]) => begun[from] === to)
  if (begun && !isSame)
    throw new ConfigError(
      'The tables of ClickHouse were taken over with another --env: leave it out, or roll back first with `channelscope adopt rollback`.',
    )
  return Object.fromEntries(found)
}
