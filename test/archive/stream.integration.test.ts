import { text } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { afterAll, expect, test } from 'vitest'
import { number, text as textColumn } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'

const opened = await openTestClickHouse({ queryPools: { heavy: { slots: 1 } } })
const { store } = opened
afterAll(() => opened[Symbol.asyncDispose]())

const rows = namedQuery({
  name: 'rows',
  pool: 'heavy',
  sql: `SELECT number AS n, concat('text, "quoted" ', toString(number)) AS t FROM numbers({count:UInt32})`,
  row: { n: number, t: textColumn },
})
const failing = namedQuery({
  name: 'failing',
  pool: 'heavy',
  sql: 'SELECT throwIf(number = {at:UInt32}) AS n FROM numbers(1000000)',
  row: { n: number },
})
const count = 300_000

test('rows are streamed in every format as one document', async () => {
  const csv = (await text(await store.stream(rows, { count }, 'CSVWithNames'))).trimEnd().split('\r\n')
  expect(csv).toHaveLength(count + 1)
  expect([csv[0], csv[1], csv.at(-1)]).toEqual([
    '"n","t"',
    '0,"text, ""quoted"" 0"',
    `${count - 1},"text, ""quoted"" ${count - 1}"`,
  ])
  const json = (await text(await store.stream(rows, { count }, 'JSONEachRow'))).trimEnd().split('\n')
  expect(json).toHaveLength(count)
  expect(JSON.parse(json[count - 1]!)).toEqual({ n: String(count - 1), t: `text, "quoted" ${count - 1}` })
  const parquet = await text(await store.stream(rows, { count: 10 }, 'Parquet'))
  expect([parquet.slice(0, 4), parquet.slice(-4)]).toEqual(['PAR1', 'PAR1'])
})

test('an answer without rows is an empty document', async () => {
  expect(await text(await store.stream(rows, { count: 0 }, 'JSONEachRow'))).toBe('')
})

test('a stream that is left gives its slot back, and the next answer is whole', async () => {
  const left = await store.stream(rows, { count: 50_000_000 }, 'JSONEachRow')
  await left[Symbol.asyncIterator]().next()
  expect(store.stats().heavy.running).toBe(1)
  left.destroy()
  expect(await store.query(rows, { count: 2 }).catch(String)).toMatch(/64-bit|number/)
  expect(await text(await store.stream(rows, { count: 1 }, 'JSONEachRow'))).toBe(
    '{"n":"0","t":"text, \\"quoted\\" 0"}\n',
  )
  expect(store.stats().heavy.running).toBe(0)
})

test('a statement that fails at once rejects, and one that fails later destroys its stream', async () => {
  await expect(store.stream(failing, { at: 0 }, 'JSONEachRow')).rejects.toMatchObject({ code: 395 })
  const stream = await store.stream(failing, { at: 900_000 }, 'JSONEachRow')
  stream.resume()
  await expect(finished(stream)).rejects.toMatchObject({ failure: 'statement', code: 395 })
  expect(await text(await store.stream(rows, { count: 1 }, 'CSVWithNames'))).toContain('"n","t"\r\n0,')
})

test('whoever gives up while reading is told so', async () => {
  const giveUp = new AbortController()
  const stream = await store.stream(rows, { count: 50_000_000 }, 'JSONEachRow', { signal: giveUp.signal })
  stream.resume()
  giveUp.abort(new Error('enough'))
  await expect(finished(stream)).rejects.toThrow('enough')
})
