import { ConfigError } from '../../lib/errors.ts'
import { text } from './columns.ts'
import { namedQuery } from './named-query.ts'
import type { ClickHouse } from './open-clickhouse.ts'

const versionQuery = namedQuery({ name: 'server_version', sql: 'SELECT version() AS version', row: { version: text } })

/** The first version that has all that the statements need: `caseFoldUTF8`. */
const oldest = '26.3'

/** Versions with a fault that concerns us: from, and fixed in. */
const faulty = [
  {
    from: '26.7',
    fixedIn: '26.7.3.9',
    fault: 'can read beyond its memory when rows go through a view that sums them up, as ours do',
  },
]

/** Compares versions by their numbers; what is not there is 0. */
const compare = (a: string, b: string): number => {
  const [left, right] = [a, b].map((version) => (/^[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number))
  for (let place = 0; place < 4; place++) {
    const difference = (left![place] ?? 0) - (right![place] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** What is wrong with a version of a server: it can not be used, or it should be updated; null when it is fine. */
export const judgeVersion = (version: string): { refused: boolean; reason: string } | null => {
  if (compare(version, oldest) < 0)
    return { refused: true, reason: `ClickHouse ${version} is too old: ${oldest} or newer is needed` }
  const bad = faulty.find(({ from, fixedIn }) => compare(version, from) >= 0 && compare(version, fixedIn) < 0)
  return bad
    ? { refused: false, reason: `ClickHouse ${version} ${bad.fault}: update it to ${bad.fixedIn} or newer` }
    : null
}

/** The version of a server, as it calls itself. */
export const readVersion = async (store: ClickHouse): Promise<string> =>
  (await store.query(versionQuery, {}))[0]!.version

/** Asks a server for its version; rejects with a ConfigError when it is too old, resolves with a warning when it has a fault. */
export const checkVersion = async (store: ClickHouse): Promise<string | null> => {
  const judgement = judgeVersion(await readVersion(store))
  if (judgement?.refused) throw new ConfigError(`CLICKHOUSE_URL can not be used: ${judgement.reason}.`)
  return judgement && `${judgement.reason}.`
}
