import { spawn } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { number, text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { checkNumbers } from '../../support/stores/clickhouse-numbers.ts'
import { checkRoundTrip } from '../../support/stores/clickhouse-round-trip.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

const directory = await temporaryDirectory('clickhouse')
/** The engine is asked for files below it, and must not take parts of the path for a column, an archive or the end of a text. */
const place = path.join(directory.path, 'env=prod', 'x.zip::y', "o'clock")
const asked: string[] = []
let store: ClickHouse

beforeAll(async () => {
  await mkdir(place, { recursive: true })
  store = await openClickHouse({
    directory: place,
    // The last of eight heavy ones may wait long on a slow machine.
    queryPools: { heavy: { slots: 2, maxWaitMs: 80_000, timeoutMs: 80_000 } },
    onQuery: (name) => asked.push(name),
  })
})
afterAll(async () => {
  await store[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const one = namedQuery({ name: 'one', sql: 'SELECT 1 AS n', row: { n: number } })
// About a second of one core.
const heavy = namedQuery({
  name: 'heavy',
  pool: 'heavy',
  sql: 'SELECT toFloat64(sum(sipHash64(number))) AS n FROM numbers(30000000)',
  row: { n: number },
})
const selecting = (sql: string) => namedQuery({ name: 'ad_hoc', sql, row: { n: text } })

test('columns of numbers arrive as they are, null as NaN, and no others', () => checkNumbers(store))

test.each(['{prod}', 'a*', 'b?'])('a folder %s, which the engine would read as a pattern, is refused', async (name) => {
  await expect(openClickHouse({ directory: path.join(directory.path, name, 'clickhouse') })).rejects.toThrow(
    `DATA_DIR can not be ${path.join(directory.path, name)}: ClickHouse reads *, ?, { and } in a path as a pattern.`,
  )
})

test('every parameter arrives as the value it was, whatever it holds', () => checkRoundTrip(store))

test('a light query is answered before any of eight heavy ones that came first, and so is a name lookup', async () => {
  const order: string[] = []
  const queries = Array.from({ length: 8 }, () => store.query(heavy, {}).then(() => order.push('heavy')))
  expect(store.stats().heavy).toMatchObject({ running: 2, queued: 6 })
  await store.query(one, {}).then(() => order.push('light'))
  await lookup('localhost').then(() => order.push('lookup'))
  await Promise.all(queries)
  expect(order.slice(0, 2)).toEqual(['light', 'lookup'])
})

test('a caller that gives up is answered at once, and the slot comes back when the engine is done', async () => {
  const caller = new AbortController()
  const order: string[] = []
  const abandoned = store.query(heavy, {}, { signal: caller.signal }).catch((error: Error) => order.push(error.message))
  const other = store.query(heavy, {}).then(() => order.push('other'))
  caller.abort(new Error('no longer needed'))
  await abandoned
  expect(store.stats().heavy.running).toBe(2)
  const next = store.query(heavy, {}).then(() => order.push('next'))
  await Promise.all([other, next])
  expect(order).toEqual(['no longer needed', 'other', 'next'])
})

test('a statement that costs more than allowed fails as such and leaves nothing to the next one', async () => {
  // Long enough for what is refused because of its size.
  const limited = { queryPools: { light: { slots: 1, timeoutMs: 3_000 } } }
  await using narrow = await openClickHouse({ directory: place, ...limited })
  const slow = selecting('SELECT toString(sum(sipHash64(number))) AS n FROM numbers(100000000000)')
  const wide = selecting('SELECT toString(number) AS n FROM numbers(6000000)')
  const broken = selecting('SELECT toString(throwIf(number = 100000)) AS n FROM numbers(200000)')
  await expect(narrow.query(slow, {})).rejects.toMatchObject({ failure: 'limit', code: 159 })
  expect(await narrow.query(one, {})).toEqual([{ n: 1 }])
  await expect(narrow.query(wide, {})).rejects.toMatchObject({ failure: 'limit', code: 396 })
  expect(await narrow.query(one, {})).toEqual([{ n: 1 }])
  await expect(narrow.query(broken, {})).rejects.toMatchObject({ failure: 'statement', code: 395 })
  expect(await narrow.query(one, {})).toEqual([{ n: 1 }])
})

describe('a reading session', () => {
  test.each([
    ['reads no file', `SELECT * FROM file('/etc/passwd', 'LineAsString', 'n String')`],
    ['calls no host', `SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString', 'n String')`],
    ['makes no table', 'CREATE TABLE x (a Int8) ENGINE = Memory'],
    ['calls no other server', `SELECT * FROM remote('127.0.0.1:1', system.one)`],
  ])('%s', async (_, sql) => {
    await expect(store.query(selecting(sql), {})).rejects.toMatchObject({ failure: 'statement', code: 164 })
  })
})

test('64-bit integers come without loss, and an answer that is not as declared is refused', async () => {
  const sql = "SELECT toUInt64('9007199254740993') AS n"
  expect(await store.query(selecting(sql), {})).toEqual([{ n: '9007199254740993' }])
  await expect(store.query(namedQuery({ name: 'wrong', sql, row: { n: number } }), {})).rejects.toThrow(
    'wrong.n: expected a number, got "9007199254740993".',
  )
  await expect(store.query(namedQuery({ name: 'wrong', sql, row: { m: text } }), {})).rejects.toThrow(
    'wrong answered undeclared columns: n.',
  )
  await expect(store.query(namedQuery({ name: 'wrong', sql, row: { n: text, m: text } }), {})).rejects.toThrow(
    'wrong answered no column m.',
  )
})

test('an answer without rows has none', async () => {
  expect(await store.query(selecting("SELECT 'x' AS n WHERE 0"), {})).toEqual([])
})

describe('an insert', () => {
  const count = namedQuery({ name: 'count', sql: 'SELECT toUInt32(count()) AS n FROM batch', row: { n: number } })
  const batch = (body: string, token: string) =>
    ({
      table: 'batch',
      columns: ['a', 'b'],
      format: 'JSONCompactEachRow',
      body: Buffer.from(body),
      token,
      rows: 1,
    }) as const

  beforeAll(() =>
    store.command(
      'CREATE TABLE batch (a UInt32, b String) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100',
    ),
  )

  test('is stored once under a token, however often it is repeated', async () => {
    for (let attempt = 0; attempt < 3; attempt++) await store.insertBatch(batch('[1,"x"]\n[2,"y"]\n', 'first'))
    expect(await store.query(count, {})).toEqual([{ n: 2 }])
  })

  test('of the same rows under another token is stored again', async () => {
    await store.insertBatch(batch('[1,"x"]\n[2,"y"]\n', 'second'))
    expect(await store.query(count, {})).toEqual([{ n: 4 }])
  })

  test.each(['statement', 'file'])(
    'is known again in its other form, in a view as well: the %s first',
    async (first) => {
      const table = `forms_${first}`
      await store.command(
        `CREATE TABLE ${table} (a UInt32, b String) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100`,
      )
      await store.command(
        `CREATE TABLE ${table}_sums (b String, n UInt64) ENGINE = SummingMergeTree ORDER BY b SETTINGS non_replicated_deduplication_window = 100`,
      )
      await store.command(
        `CREATE MATERIALIZED VIEW ${table}_view TO ${table}_sums AS SELECT b, count() AS n FROM ${table} GROUP BY b`,
      )
      const settings = `insert_deduplication_token = 'both', deduplicate_blocks_in_dependent_materialized_views = 1`
      const statementForm = () =>
        store.command(`INSERT INTO ${table} (b, a) SETTINGS ${settings} FORMAT JSONCompactEachRow ["x",5] ["y",6]`)
      const fileForm = () =>
        store.insertBatch({ ...batch('["x",5]\n["y",6]\n', 'both'), table, columns: ['b', 'a'], rows: 2 })
      for (const send of first === 'file'
        ? [fileForm, statementForm, fileForm]
        : [statementForm, fileForm, statementForm])
        await send()
      const stored = namedQuery({
        name: 'stored_in_forms',
        sql: `SELECT toUInt32(sum(a)) AS a, (SELECT toUInt32(sum(n)) FROM ${table}_sums) AS n FROM ${table}`,
        row: { a: number, n: number },
      })
      expect(await store.query(stored, {})).toEqual([{ a: 11, n: 2 }])
    },
  )

  test('whose rows can not be read is blamed on the rows and stores none of them', async () => {
    await expect(store.insertBatch(batch('[3,"x"]\n["four","y"]\n', 'third'))).rejects.toMatchObject({
      retriable: false,
    })
    expect(await store.query(count, {})).toEqual([{ n: 4 }])
  })

  test('into a table that does not exist may succeed later', async () => {
    await expect(store.insertBatch({ ...batch('[1,"x"]\n', 'fourth'), table: 'nowhere' })).rejects.toMatchObject({
      failure: 'statement',
      retriable: true,
    })
  })

  test('of a name that is not one is a bug and reaches no engine', async () => {
    await expect(store.insertBatch({ ...batch('[1,"x"]\n', 'fifth'), table: 'a; DROP TABLE batch' })).rejects.toThrow(
      TypeError,
    )
  })

  test.each(['JSONEachRow', 'TabSeparated'] as const)('takes %s', async (format) => {
    const body = format === 'JSONEachRow' ? '{"a":7,"b":"q"}\n' : '7\tq\n'
    const before = (await store.query(count, {}))[0]!.n
    await store.insertBatch({ ...batch(body, `as ${format}`), format })
    expect(await store.query(count, {})).toEqual([{ n: before + 1 }])
  })
})

test('every query is counted under its name', async () => {
  asked.length = 0
  const before = store.stats().light
  await store.query(one, {})
  await store.query(one, {})
  await store.query(selecting('SELECT nonsense AS n'), {}).catch(() => undefined)
  expect(asked).toEqual(['one', 'one', 'ad_hoc'])
  const { statements, failures } = store.stats().light
  expect([statements - before.statements, failures - before.failures]).toEqual([3, 1])
})

test('a directory that another process holds is refused with its name and the way out', async () => {
  const script = `
    import { openClickHouse } from ${JSON.stringify(import.meta.resolve('../../../src/stores/clickhouse/open-clickhouse.ts'))}
    await openClickHouse({ directory: process.argv[1] }).catch((error) => console.log(error.name, error.message))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output] = await Promise.all([readText(child.stdout), once(child, 'exit')])
  expect(output.trim()).toBe(
    `ConfigError The ClickHouse directory ${place} is in use by process ${process.pid}: stop it, or set CLICKHOUSE_URL to share a server.`,
  )
})

test('closing waits for what runs, refuses what waits, and frees the process for another directory', async () => {
  await store[Symbol.asyncDispose]()
  await using first = await temporaryDirectory('clickhouse')
  await using second = await temporaryDirectory('clickhouse')
  const closing = await openClickHouse({ directory: first.path, queryPools: { heavy: { slots: 2 } } })
  const queries = [1, 2, 3].map(() =>
    closing.query(heavy, {}).then(
      () => 'done',
      (error: Error) => error.message,
    ),
  )
  await closing[Symbol.asyncDispose]()
  expect(await Promise.all(queries)).toEqual(['done', 'done', 'ClickHouse is being closed.'])
  await expect(closing.query(one, {})).rejects.toMatchObject({ failure: 'unavailable' })
  const next = await openClickHouse({ directory: second.path })
  expect(await next.query(one, {})).toEqual([{ n: 1 }])
  await next[Symbol.asyncDispose]()
})
