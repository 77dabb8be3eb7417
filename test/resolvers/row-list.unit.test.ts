import { expect, test } from 'vitest'
import { type Condition, statementOf } from '../../src/resolvers/row-list.ts'
import { sql } from '../../src/stores/postgres/statement.ts'

const condition = (name: string): Condition => ({ name, values: [1], sql: (r, [p]) => `${r}.x = ${p}` })
const made = (...names: string[]) =>
  statementOf('rows', names.map(condition), (parameters) => sql`SELECT ${parameters.join(', ')}`).statement

test('a statement has the name of its conditions, and with more of them one that Postgres does not cut', () => {
  expect(made('one', 'two').name).toBe('rows:one:two')
  const long = (last: string) => made(...Array.from({ length: 20 }, (_, n) => `condition_${n}`), last)
  expect(long('a').name).toHaveLength(63)
  expect(long('a').name).not.toBe(long('b').name)
  expect(long('a')).toBe(long('a'))
})

test('a connection keeps a bounded number of statements, whatever callers combine', () => {
  const all = Array.from({ length: 500 }, (_, n) => made(`many_${n}`))
  expect(new Set(all.map(({ name }) => name)).size).toBeLessThanOrEqual(201)
  expect(all.at(-1)).toMatchObject({ name: '', text: 'SELECT $1' })
})
