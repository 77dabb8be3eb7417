import { ConfigError } from '../lib/errors.ts'
import { ClickHouseError } from '../stores/clickhouse/clickhouse-error.ts'
import { nullable, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { firstWords } from './engine-words.ts'
import type { Mapping } from './mapping.ts'
import { parsedBy, unquoted } from './staging-sql.ts'

const isPattern = (pattern: string, zone: string) =>
  namedQuery({
    name: 'import_pattern',
    sql: `SELECT toString(${parsedBy("''", pattern, zone)}) AS shown`,
    row: { shown: nullable(text) },
  })

/** What the engine has against reading instants with a pattern and a zone; null where it can. */
const refusalOf = async (clickHouse: ClickHouse, pattern: string, zone: string): Promise<string | null> => {
  try {
    await clickHouse.query(isPattern(pattern, zone), {})
    return null
  } catch (error) {
    if (error instanceof ClickHouseError && error.failure === 'statement') return firstWords(error.message)
    throw error
  }
}

/** Asks the engine that will read the rows whether it knows the patterns and time zones of a mapping; a ConfigError names the first one that it does not. */
export const checkInstants = async (clickHouse: ClickHouse, { instants }: Mapping, name: string): Promise<void> => {
  for (const [column, form] of Object.entries(instants)) {
    if (typeof form === 'string') continue
    const refuse = (part: string, why: string): never => {
      throw new ConfigError(`The mapping ${name} can not be used: instants.${column}.${part} ${why}.`)
    }
    const { pattern, zone } = form
    if ((await refusalOf(clickHouse, 'yyyy', zone)) !== null)
      refuse('zone', `must be the name of a time zone, like Europe/Berlin, and is ${JSON.stringify(zone)}`)
    const refusal = await refusalOf(clickHouse, pattern, zone)
    if (refusal !== null) refuse('pattern', `is no pattern of Joda that can be read: ${refusal}`)
    if (!/[yYx]/.test(unquoted(pattern))) refuse('pattern', 'must say the year')
  }
}
