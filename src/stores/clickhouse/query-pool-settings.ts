import os from 'node:os'
import type { ReadPool } from './named-query.ts'
import type { QueryPoolLimits } from './query-pool.ts'

/** The pools of a store: reads apart by weight, and everything that writes. */
export type QueryPoolName = ReadPool | 'write'

export const queryPoolNames = ['light', 'heavy', 'write'] as const satisfies readonly QueryPoolName[]

/** How much of a store one pool may use. */
export type QueryPoolSpec = QueryPoolLimits & {
  /** How long a statement may run, in milliseconds. */
  timeoutMs: number
}

export type QueryPoolSpecs = Record<QueryPoolName, QueryPoolSpec>

/** Heavy statements leave one core to everything else: with all of them taken, a light query waits for tens of milliseconds. */
const heavySlots = Math.max(1, Math.min(4, os.availableParallelism() - 1))

export const embeddedQueryPools: QueryPoolSpecs = {
  light: { slots: 2, maxQueued: 500, maxWaitMs: 2_000, timeoutMs: 5_000 },
  heavy: { slots: heavySlots, maxQueued: 32, maxWaitMs: 30_000, timeoutMs: 30_000 },
  write: { slots: 1, maxQueued: 64, maxWaitMs: 30_000, timeoutMs: 60_000 },
}

/** A server shares itself out; a slot is a connection. */
export const serverQueryPools: QueryPoolSpecs = {
  light: { ...embeddedQueryPools.light, slots: 8 },
  heavy: { ...embeddedQueryPools.heavy, slots: 4 },
  write: { ...embeddedQueryPools.write, slots: 4 },
}

export type Settings = Record<string, string | number>

const megabyte = 2 ** 20

const everywhere: Settings = {
  session_timezone: 'UTC',
  // Room for long lists of channels.
  max_query_size: 4 * megabyte,
}

/** What an insert into a cluster needs: it is answered when most replicas of its shard have it, and the next one sees it. */
const clusterWrites: Settings = {
  insert_quorum: 'auto',
  insert_quorum_parallel: 0,
  insert_quorum_timeout: 50_000,
  // Answered when it is stored, not when the node that was asked has it in a file.
  distributed_foreground_insert: 1,
}

/** What a read of a cluster needs: a replica that lacks an insert that was answered does not answer, and no shard is left out. */
const clusterReads: Settings = { select_sequential_consistency: 1, skip_unavailable_shards: 0 }

const reads = ({ timeoutMs }: QueryPoolSpec, megabytes: number, rows: number): Settings => ({
  ...everywhere,
  output_format_json_quote_64bit_integers: 1,
  // Instants of text formats in RFC 3339; CSV as RFC 4180 has it, where nothing at all is null and "" is empty text.
  date_time_output_format: 'iso',
  format_csv_null_representation: '',
  output_format_csv_crlf_end_of_line: 1,
  max_execution_time: timeoutMs / 1000,
  max_memory_usage: megabytes * megabyte,
  max_result_rows: rows,
  result_overflow_mode: 'throw',
  readonly: 1,
})

/** The engine settings of each pool; only a write may change anything. */
export const queryPoolSettings = (specs: QueryPoolSpecs, isCluster = false): Record<QueryPoolName, Settings> => ({
  light: { ...reads(specs.light, 512, 500_000), ...(isCluster && clusterReads) },
  heavy: { ...reads(specs.heavy, 2_048, 5_000_000), ...(isCluster && clusterReads) },
  write: {
    // An insert may read what is there, too.
    ...(isCluster && { ...clusterWrites, ...clusterReads }),
    ...everywhere,
    max_execution_time: specs.write.timeoutMs / 1000,
    // A batch is one block: stored as a whole or not at all, and recognised as a whole when it is repeated.
    async_insert: 0,
    // Instants are text of seconds since 1970; the other ways of reading text guess.
    date_time_input_format: 'basic',
    insert_deduplicate: 1,
    deduplicate_blocks_in_dependent_materialized_views: 1,
    input_format_parallel_parsing: 0,
    // A view has grouped its rows already, and the other tables keep all: to merge a batch once more takes a part of an insert.
    optimize_on_insert: 0,
    max_insert_block_size: 1_048_449,
    // A batch that was spooled for long may span any number of days.
    max_partitions_per_insert_block: 0,
  },
})
