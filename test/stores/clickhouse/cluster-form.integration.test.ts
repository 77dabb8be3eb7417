import fs from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shardedBy, storedIn } from '../../../src/stores/clickhouse/cluster.ts'
import { clusterForm } from '../../../src/stores/clickhouse/cluster-form.ts'
import { text } from '../../../src/stores/clickhouse/columns.ts'
import { ledger, requireDeduplication } from '../../../src/stores/clickhouse/migrate.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { quote } from '../../../src/stores/clickhouse/parameters.ts'
import { statementsOf } from '../../../src/stores/clickhouse/statements.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

const settings = { retentionDays: { probes: 365, chat: 30, webhooks: 30 }, cluster: 'telemetry' }
const scripts = fs
  .readdirSync('clickhouse/migrations')
  .sort()
  .map((file) => [file, fs.readFileSync(`clickhouse/migrations/${file}`, 'utf8')] as const)
const inCluster = [['the ledger', ledger] as const, ...scripts].map(
  ([file, script]) => [file, statementsOf(script, settings)] as const,
)

const resources = new AsyncDisposableStack()
let store: ClickHouse
beforeAll(async () => {
  const directory = resources.use(await temporaryDirectory('cluster-form'))
  store = resources.use(await openClickHouse({ directory: directory.path }))
})
afterAll(() => resources.disposeAsync())

const ask = async (sql: string): Promise<string> => {
  const [row] = await store.query(namedQuery({ name: 'test', sql: `SELECT ${sql} AS value`, row: { value: text } }), {})
  return row!.value
}

test('the migrations in the form of a cluster are those that were reviewed', async () => {
  const rendered = inCluster.map(([file, statements]) => `-- ${file}\n\n${statements.join(';\n\n')};\n`).join('\n')
  await expect(rendered).toMatchFileSnapshot('../../golden/clickhouse-cluster.sql')
})

test("the engine's own parser reads each statement as it was meant", async () => {
  for (const [, statements] of inCluster)
    for (const statement of statements) {
      const read = await ask(`formatQuerySingleLine(${quote(statement)})`)
      expect(read).toContain('ON CLUSTER telemetry')
      // What it has read is the whole statement: it reads its own form the same way.
      expect(await ask(`formatQuerySingleLine(${quote(read)})`)).toBe(read)
      await store.command(`EXPLAIN AST ${statement}`)
    }
})

/** The same statements for one node: what replicates and what spreads is left out, the names stay. */
const onOneNode = (statement: string): string | null =>
  /ENGINE = Distributed/.test(statement)
    ? null
    : statement
        .replace("ON CLUSTER 'telemetry'", '')
        .replace(/Replicated(\w*MergeTree)(\('[^)]*\))?/, '$1')
        .replace(
          /\breplicated_deduplication_window = (\d+), replicated_deduplication_window_seconds = \d+/,
          'non_replicated_deduplication_window = $1',
        )

const columnsOf = (table: string) =>
  ask(`(SELECT arrayStringConcat(groupArray(concat(name, ' ', type, ' ', default_kind, default_expression, compression_codec)), '\\n')
    FROM (SELECT * FROM system.columns WHERE database = currentDatabase() AND table = ${quote(table)} ORDER BY position))`)

test('the local tables have the columns that the tables of one node have, and sum up what is inserted into them', async () => {
  for (const [, script] of [['', ledger] as const, ...scripts])
    for (const statement of statementsOf(script, { retentionDays: settings.retentionDays }))
      await store.command(statement)
  const plain = new Map<string, string>()
  for (const table of Object.keys(shardedBy)) plain.set(table, await columnsOf(table))
  await store.command('DROP TABLE kick_streamer_probe_15m_fill')
  for (const [, statements] of inCluster)
    for (const statement of statements) {
      const one = onOneNode(statement)
      if (one) await store.command(one)
    }
  for (const [table, columns] of plain) expect(await columnsOf(`${table}_local`)).toBe(columns)
  await store.command(
    `INSERT INTO kick_streamer_probe_local (env, platform, platform_user_id, ts, is_live, stream_started_at, viewer_count, elapsed_seconds, interval_seconds)
     VALUES ('e', 'kick', '1', toUnixTimestamp(now()) - 60, true, toUnixTimestamp(now()) - 3600, 7, 60, 60)`,
  )
  expect(await ask('(SELECT toString(sum(probes)) FROM kick_streamer_probe_15m_local)')).toBe('1')
  expect(await ask('(SELECT toString(count()) FROM kick_streamer_probe_15m)')).toBe('0')
})

test('every table of rows says by what it is sharded, and all rows of a channel are on one shard', () => {
  const names = scripts.flatMap(([, script]) =>
    [...script.matchAll(/^CREATE TABLE IF NOT EXISTS (\w+)/gm)].map(([, name]) => name!),
  )
  expect(Object.keys(shardedBy).sort()).toEqual(names.sort())
  expect(shardedBy.kick_streamer_probe_15m).toBe(shardedBy.kick_streamer_probe)
})

test.each([
  [
    'CREATE TABLE IF NOT EXISTS other (a Int8) ENGINE = MergeTree ORDER BY a',
    'Say in src/stores/clickhouse/cluster.ts',
  ],
  ['ALTER TABLE other ADD COLUMN b Int8', 'Say in src/stores/clickhouse/cluster.ts'],
  ['DROP TABLE kick_chat_message', 'has no form for a cluster'],
])('%s is refused, because nobody has said how to spread it', (statement, problem) => {
  expect(() => clusterForm(statement, 'telemetry')).toThrow(problem)
})

test('a replicated table that forgets tokens within hours is refused', () => {
  const definition = (seconds: string) => new Map([['t', `ReplicatedMergeTree ORDER BY a SETTINGS ${seconds}`]])
  expect(() => requireDeduplication(definition('index_granularity = 8192'), new Set(['t']))).toThrow(
    'The ClickHouse table t recognises repeated batches for 3600 seconds only',
  )
  expect(() =>
    requireDeduplication(
      definition('replicated_deduplication_window = 0, replicated_deduplication_window_seconds = 2592000'),
      new Set(['t']),
    ),
  ).toThrow('does not recognise repeated batches')
  requireDeduplication(definition('replicated_deduplication_window_seconds = 2592000'), new Set(['t']))
})

test('only our own tables have a local one', () => {
  expect(storedIn({ cluster: 'c' }, 'kick_chat_message')).toBe('kick_chat_message_local')
  expect(storedIn({ cluster: 'c' }, 'restored_chat')).toBe('restored_chat')
  expect(storedIn({}, 'kick_chat_message')).toBe('kick_chat_message')
})
