import { localName, shardedBy } from './cluster.ts'

/** How many days a replicated table remembers tokens. Its default is an hour, but a spool may hold a batch for as long as a store is away. */
export const tokenDays = 30

const tokenWindow = `replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = ${tokenDays * 86_400}`

const created = /^CREATE TABLE IF NOT EXISTS (\w+)/
const altered = /^ALTER TABLE (\w+)/
const view = /^CREATE MATERIALIZED VIEW IF NOT EXISTS \w+/
/** What changes how a table is stored, and not which columns it has. */
const storesOnly = /^ALTER TABLE \w+ \S+ \S+ '[^']*'\s+(MODIFY SETTING|MODIFY TTL|MATERIALIZE)\b/

/** The table of all nodes that is not sharded: each replica of each shard has all of it. */
const everywhere = 'schema_migration'

const keyOf = (table: string): string => {
  const key = shardedBy[table]
  if (key === undefined) throw new TypeError(`Say in src/stores/clickhouse/cluster.ts by what ${table} is sharded.`)
  return key
}

const distributed = (table: string, cluster: string): string =>
  `CREATE OR REPLACE TABLE ${table} ON CLUSTER '${cluster}' AS ${localName(table)}
ENGINE = Distributed('${cluster}', currentDatabase(), ${localName(table)}, ${keyOf(table)})`

const replicatedEverywhere = (statement: string): string =>
  statement.replace(
    /ReplicatedMergeTree\b/,
    `ReplicatedMergeTree('/clickhouse/tables/{database}/${everywhere}', '{shard}_{replica}')`,
  )

/**
 * A statement of a migration, its placeholders filled in for a cluster, as the statements that a cluster needs: the table with the rows gets the
 * name of the local one, and the plain name becomes a `Distributed` table over it, made anew when columns change; it holds no row. Throws a
 * TypeError for a statement that it does not know how to spread.
 */
export const clusterForm = (statement: string, cluster: string): string[] => {
  const windows = statement.replace(/\bnon_replicated_deduplication_window = \d+/, tokenWindow)
  const [, made] = created.exec(windows) ?? []
  if (made === everywhere) return [replicatedEverywhere(windows)]
  const toLocal = (text: string, pattern: RegExp) =>
    text.replace(pattern, (found, name) => {
      keyOf(name)
      return found.slice(0, -name.length) + localName(name)
    })
  if (made !== undefined) return [toLocal(windows, created), distributed(made, cluster)]
  const [, changed] = altered.exec(windows) ?? []
  if (changed !== undefined) {
    const local = toLocal(windows, altered)
    return storesOnly.test(windows) ? [local] : [local, distributed(changed, cluster)]
  }
  // What is inserted is summed up on the node that stores it.
  if (view.test(windows)) return [toLocal(toLocal(windows, /\bTO (\w+)/), /\bFROM (\w+)/)]
  throw new TypeError(`This statement has no form for a cluster: ${statement.slice(0, 80)}`)
}
