import { expect, test } from 'vitest'
import { type Condition, statementOf } from '../../src/resolvers/row-list.ts'
import { isUnavailable } from '../../src/stores/postgres/failure.ts'
import { sql, statement } from '../../src/stores/postgres/statement.ts'
import { channelsApi } from '../support/http/channels-api.ts'

const fixture = channelsApi()

// Every one of them is executed, because claims are in the other database. The pairs once had one name, and the first to come stayed.
const executed = 'bystander: channels(first: 0, orderBy: TRUST_SCORE_DESC) { totalCount }'
const pairs = [
  [
    '{ sessions(filter: { channels: ["ID"] }) { nodes { id } } OTHER }',
    '{ channel(id: "ID") { sessions { nodes { id } } } OTHER }',
  ],
  [
    '{ sessions(filter: { live: true }) { nodes { id } } OTHER }',
    '{ sessions(first: 2, after: "CURSOR") { nodes { id } } OTHER }',
  ],
  [
    '{ sessions(filter: { channels: ["ID"] }, last: 1) { totalCount } OTHER }',
    '{ channel(id: "ID") { sessions(last: 1) { totalCount } } OTHER }',
  ],
] as const

test('lists that are asked one after the other are each answered by their own statement, in either order and way', async () => {
  const { api, first } = fixture
  const { data } = await api.ask('{ sessions(first: 1) { pageInfo { endCursor } } }')
  const documentOf = (text: string) =>
    text.replace('ID', String(first)).replace('CURSOR', data.sessions.pageInfo.endCursor).replace('OTHER', executed)
  for (const pair of pairs)
    for (const text of [...pair, ...pair.toReversed()]) {
      const document = documentOf(text)
      const compiled = await api.ask(document.replace(executed, ''))
      const answer = await api.ask(document)
      expect([text, compiled.errors, answer.errors]).toEqual([text, undefined, undefined])
      const { bystander: _, ...rest } = answer.data
      expect(rest).toEqual(compiled.data)
    }
})

test('a name with conditions is that of no other list', () => {
  const condition = (name: string): Condition => ({ name, values: [], sql: () => 'true' })
  const nameOf = (name: string, ...conditions: string[]) =>
    statementOf(name, conditions.map(condition), () => sql`SELECT 1`).statement.name
  expect(nameOf('test_list', 'of_channels')).not.toBe(nameOf('test_list_of_channels'))
  expect(nameOf('test_list', 'a', 'b')).not.toBe(nameOf('test_list', 'a_b'))
})

test('a statement that is given the values of another one is our fault, and no outage', async () => {
  const wrong = statement('test_wrong_values', 'SELECT $1::text')
  const failure = await fixture.database.db.pool.query({ ...wrong, values: ['a', 'b'] }).catch((error) => error)
  expect([failure.code, isUnavailable(failure)]).toEqual(['08P01', false])
})
