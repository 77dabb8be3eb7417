import { closeSync, openSync } from 'node:fs'
import { number, text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'

/** Prints, as JSON lines, how the statements of an embedded engine fail when this process can open few files or none. Run it with a low limit of files. */
const patience = { maxWaitMs: 60_000, timeoutMs: 60_000 }
const store = await openClickHouse({
  directory: process.argv[2]!,
  queryPools: { light: patience, heavy: patience, write: patience },
})
await store.command(
  'CREATE TABLE few (n UInt32, s String) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100',
)
await store.command('INSERT INTO few SELECT number, toString(number) FROM numbers(100)')

const taken: number[] = []
const leaveFiles = (count: number) => {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch {
    for (const file of taken.splice(0, count)) closeSync(file)
  }
}
const giveFilesBack = () => {
  for (const file of taken.splice(0)) closeSync(file)
}

const count = namedQuery({ name: 'count', sql: 'SELECT toUInt32(uniqExact(s)) AS n FROM few', row: { n: number } })
const all = namedQuery({ name: 'all', sql: 'SELECT s FROM few', row: { s: text } })
const statements = {
  read: () => store.query(count, {}),
  stream: async () => {
    for await (const _ of await store.stream(all, {}, 'CSVWithNames'));
  },
  parquet: async () => {
    for await (const _ of await store.stream(all, {}, 'Parquet'));
  },
  insert: () =>
    store.insertBatch({
      table: 'few',
      columns: ['n', 's'],
      format: 'JSONCompactEachRow',
      body: Buffer.from('[1,"x"]\n'),
      token: `token-${taken.length}`,
      rows: 1,
    }),
}

for (const left of [0, 1, 2, 3]) {
  for (const [name, run] of Object.entries(statements)) {
    leaveFiles(left)
    const outcome = await run().then(
      () => 'done',
      (error: { name: string; failure?: string }) => `${error.name} ${error.failure}`,
    )
    giveFilesBack()
    console.log(JSON.stringify({ left, name, outcome }))
  }
}
console.log(JSON.stringify({ name: 'afterwards', outcome: (await store.query(count, {}))[0] }))
await store[Symbol.asyncDispose]()
