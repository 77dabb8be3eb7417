import { ConfigError } from '../../lib/errors.ts'
import { judgeVersionBy, type KnownFault } from '../server-versions.ts'
import { text } from './columns.ts'
import { namedQuery } from './named-query.ts'
import type { ClickHouse } from './open-clickhouse.ts'

const versionQuery = namedQuery({ name: 'server_version', sql: 'SELECT version() AS version', row: { version: text } })

/** The first version that has all that the statements need: `caseFoldUTF8`. */
const oldest = '26.3'

const readsBeyond = 'can read beyond its memory when rows go through a view that sums them up, as ours do'

/**
 * Pull request 111049 of ClickHouse brought the fault, 112649 mended it. 26.3.17.65 and 26.4.5.151 got the first one as well; which versions of
 * these two branches have the second is not known, so they are not named.
 */
const faulty: readonly KnownFault[] = [
  { from: '26.5.6.63', fixedIn: '26.5.7.20', fault: readsBeyond },
  { from: '26.6.2.98', fixedIn: '26.6.3.19', fault: readsBeyond },
  { from: '26.7', fixedIn: '26.7.3.9', fault: readsBeyond },
]

/** What is wrong with a version of a server: it can not be used, or it should be updated; null when it is fine. */
export const judgeVersion = (version: string): { refused: boolean; reason: string } | null =>
  judgeVersionBy({ product: 'ClickHouse', oldest, faulty }, version)

/** The version of a server, as it calls itself. */
export const readVersion = async (store: ClickHouse): Promise<string> =>
  (await store.query(versionQuery, {}))[0]!.version

/** Asks a server for its version; rejects with a ConfigError when it is too old, resolves with a warning when it has a fault. */
export const checkVersion = async (store: ClickHouse): Promise<string | null> => {
  const judgement = judgeVersion(await readVersion(store))
  if (judgement?.refused) throw new ConfigError(`CLICKHOUSE_URL can not be used: ${judgement.reason}.`)
  return judgement && `${judgement.reason}.`
}
