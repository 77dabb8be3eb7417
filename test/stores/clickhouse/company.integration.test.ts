import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { number } from '../../../src/stores/clickhouse/columns.ts'
import type { SharedQuestion } from '../../../src/stores/clickhouse/company.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { openTestClickHouse } from '../../support/stores/clickhouse.ts'

const asked: string[] = []
const engine = await openTestClickHouse({
  onQuery: (name) => asked.push(name),
  queryPools: { light: { slots: 1, maxQueued: 3 }, heavy: { slots: 1 } },
})
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

/** Squares of numbers, of which 13 makes the statement fail. */
const squares = namedQuery({
  name: 'squares',
  sql: `SELECT toUInt32(number) AS root, toUInt32(number * number) AS square FROM numbers(100)
    WHERE has({roots:Array(UInt32)}, number) AND NOT throwIf(has({roots:Array(UInt32)}, toUInt32(13)))`,
  row: { root: number, square: number },
})

let sizes: number[] = []
beforeEach(() => {
  asked.length = 0
  sizes = []
})

const question = (
  roots: readonly number[],
  overrides: Partial<SharedQuestion<number, Map<number, number>>> = {},
): SharedQuestion<number, Map<number, number>> => ({
  name: 'squares',
  key: '',
  things: roots,
  rows: 1,
  async ask(all, reader) {
    sizes.push(all.length)
    const { root, square } = await reader.columns(squares, { roots: [...all] })
    return new Map(root.map((value, row) => [value, square[row]!]))
  },
  ...overrides,
})

const squareOf = async (root: number): Promise<number | undefined> => (await store.together(question([root]))).get(root)

describe('questions that wait for a slot', () => {
  test('are one statement, and each gets its answer', async () => {
    expect(await Promise.all([1, 2, 3, 4].map(squareOf))).toEqual([1, 4, 9, 16])
    expect(asked).toEqual(['squares'])
  })

  test('one after the other are statements of their own', async () => {
    for (const root of [1, 2, 3]) expect(await squareOf(root)).toBe(root * root)
    expect(sizes).toEqual([1, 1, 1])
  })

  test('go with nobody who is under way already', async () => {
    const begun = Promise.withResolvers<void>()
    const first = store.together(
      question([1], {
        async ask(all, reader) {
          begun.resolve()
          await reader.columns(squares, { roots: [...all] })
          return new Map()
        },
      }),
    )
    await begun.promise
    expect(await Promise.all([squareOf(2), squareOf(3)])).toEqual([4, 9])
    expect(await first).toEqual(new Map())
    expect(sizes).toEqual([2])
  })

  test('with another key or name go by themselves', async () => {
    await Promise.all([{ key: 'other' }, { name: 'other' }, {}].map((one) => store.together(question([1], one))))
    expect(sizes).toEqual([1, 1, 1])
  })

  test('are no more than sixteen things, and not too many rows', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, root) => squareOf(root === 13 ? 99 : root)))
    expect(sizes).toEqual([16, 4])
    sizes = []
    await Promise.all([1, 2, 3].map((root) => store.together(question([root], { rows: 20_000 }))))
    expect(sizes).toEqual([2, 1])
  })

  test.each([{ pool: 'heavy' } as const, { signal: new AbortController().signal }])(
    'that are heavy or may be given up go by themselves',
    async (options) => {
      await Promise.all([1, 2].map((root) => store.together(question([root]), options)))
      expect(sizes).toEqual([1, 1])
    },
  )
})

test('one that makes the statement fail fails alone', async () => {
  const found = await Promise.allSettled([12, 13, 14].map(squareOf))
  expect(found.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.failure))).toEqual([
    144,
    'statement',
    196,
  ])
  expect(sizes).toEqual([3, 1, 1, 1])
})

test('where too much waits already all are refused, and nobody asks again', async () => {
  const held = Promise.withResolvers<Map<number, number>>()
  const waiting = ['1', '2', '3', '4'].map((key) => store.together(question([1], { key, ask: () => held.promise })))
  const refused = await Promise.allSettled([1, 2].map(squareOf))
  held.resolve(new Map())
  await Promise.all(waiting)
  expect(refused.map((one) => one.status === 'rejected' && one.reason.failure)).toEqual(['busy', 'busy'])
  expect(sizes).toEqual([])
})
