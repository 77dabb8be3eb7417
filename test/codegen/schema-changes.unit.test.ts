import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { checkSchemaChange, parseDeclaredChanges } from '../../codegen/schema-changes.ts'

const today = '2026-11-22'
const released = `type Query { old: String, list(first: Int = 10): [String], kept(a: Int): Int }
  enum Size { SMALL LARGE }  input Where { size: Size }  type More { where(is: Where): Size }`

const check = (
  current: string,
  declared: Parameters<typeof checkSchemaChange>[0]['declared'] = [],
  before = released,
) => checkSchemaChange({ released: buildSchema(before), current: buildSchema(current), declared }, today)

test('additions are free', () => {
  const current = `${released.replace('old: String', 'old: String, new(a: Int!): Int!')} type Added { a: Int }`
  expect(check(current)).toEqual({ problems: [], remarks: [] })
})

test.each([
  ['old: String', 'other: String', 'Query.old was removed.'],
  ['old: String', 'old: Int', 'Query.old changed type from String to Int.'],
  ['kept(a: Int): Int', 'kept: Int', 'Query.kept arg a was removed.'],
  ['kept(a: Int)', 'kept(a: Int!)', 'Query.kept arg a has changed type from Int to Int!.'],
  ['kept(a: Int)', 'kept(a: Int, b: Int!)', 'A required arg b on Query.kept was added.'],
  ['SMALL LARGE', 'SMALL', 'LARGE was removed from enum type Size.'],
  ['size: Size', 'size: Size, more: Int!', 'A required field more on input type Where was added.'],
  ['first: Int = 10', 'first: Int = 20', 'Query.list arg first has changed defaultValue from 10 to 20.'],
])('%s as %s breaks clients, unless it is declared', (before, after, change) => {
  const current = released.replace(before, after)
  expect(check(current).problems).toEqual([
    `${change} Clients break: take it back, or declare it in breaking-changes.json.`,
  ])
  expect(check(current, [{ change, reason: 'It was never true.', date: '2026-11-22' }]).problems).toEqual([])
})

test('a declaration of nothing that breaks, or without a reason or a day, is a problem', () => {
  const change = 'Query.old was removed.'
  expect(check(released, [{ change, reason: 'No longer.', date: '2026-11-22' }]).problems).toEqual([
    `breaking-changes.json declares "${change}", which is no breaking change: remove the entry.`,
  ])
  const current = released.replace('old: String', 'other: String')
  for (const wrong of [{ reason: ' ' }, { date: '2026-02-30' }, { date: 'soon' }])
    expect(check(current, [{ change, reason: 'No longer.', date: '2026-11-22', ...wrong }]).problems).toEqual([
      `breaking-changes.json must give a reason and a date like 2026-11-30 for "${change}".`,
    ])
})

test('a deprecation of any kind says until when; a day that has passed is a remark and no failure', () => {
  const deprecated = (
    reason: string,
  ) => `type Query { a(b: Int @deprecated(reason: "${reason}")): Int @deprecated(reason: "${reason}") }
    enum Size { SMALL @deprecated(reason: "${reason}") LARGE }  input Where { size: Size @deprecated(reason: "${reason}") }`
  const problems = (reason: string) => check(deprecated(reason), [], deprecated(reason)).problems
  const names = ['Query.a', 'Query.a(b:)', 'Size.SMALL', 'Where.size']
  for (const reason of ['Use c.', 'Use c. (removed after 2026-13-01)', 'Use c. (removed after soon)'])
    expect(problems(reason).sort()).toEqual(
      names.map(
        (name) => `${name} is deprecated and does not say until when: end the reason with (removed after YYYY-MM-DD).`,
      ),
    )
  expect(problems('Use c. (removed after 2027-01-01)')).toEqual([])
  const past = deprecated('Use c. (removed after 2026-11-21)')
  const findings = check(past, [], past)
  expect(findings.problems).toEqual([])
  expect(findings.remarks.sort()).toEqual(names.map((name) => `${name} was to be removed after 2026-11-21.`))
})

test('declarations are a list of changes with a reason and a date', () => {
  expect(parseDeclaredChanges('[]')).toEqual([])
  for (const wrong of ['{}', '[1]', '[{"change":"x"}]', '[{"change":"x","reason":1,"date":"2026-11-22"}]'])
    expect(() => parseDeclaredChanges(wrong)).toThrow(TypeError)
})
