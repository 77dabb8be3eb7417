import type { ClickHouse } from './open-clickhouse.ts'

/**
 * The tables of ours, and in a cluster of shards the expression that says on which of them a row lies. All rows of a channel are on one shard,
 * so a channel is read from one; deliveries go by their id, because a forged one may name any channel.
 */
export const shardedBy: Readonly<Record<string, string>> = {
  kick_streamer_probe: 'cityHash64(platform, platform_user_id)',
  kick_streamer_probe_15m: 'cityHash64(platform, platform_user_id)',
  kick_chat_message: 'intHash64(channel_id)',
  webhook_inbox: 'cityHash64(source, message_id)',
  streamer_trust_score_history: 'cityHash64(platform, platform_user_id)',
}

/** In a cluster the rows of a table lie in this one on each node, and the plain name is a `Distributed` table over them. */
export const localName = (table: string): string => `${table}_local`

type InCluster = Pick<ClickHouse, 'cluster'>

const isSharded = ({ cluster }: InCluster, table: string): boolean => cluster !== undefined && table in shardedBy

/** The table that has the rows, for what only such a table understands: ALTER, and the tables of `system`. */
export const storedIn = (store: InCluster, table: string): string =>
  isSharded(store, table) ? localName(table) : table

/** The ON CLUSTER clause of a change of a table, or nothing. */
export const onClusterOf = (store: InCluster, table: string): string =>
  isSharded(store, table) ? `ON CLUSTER '${store.cluster}'` : ''

/** A table of `system` on every replica of every shard, because each tells of itself only. */
export const ofEveryReplica = ({ cluster }: InCluster, systemTable: string): string =>
  cluster === undefined ? systemTable : `clusterAllReplicas('${cluster}', ${systemTable})`

/** The rows that each replica of each shard has: one that lags behind is seen. */
export const rowsOfEveryReplica = (store: Pick<ClickHouse, 'cluster' | 'database'>, table: string): string =>
  isSharded(store, table) ? `clusterAllReplicas('${store.cluster}', ${store.database}, ${localName(table)})` : table
