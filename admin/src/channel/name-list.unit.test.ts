import { expect, test } from 'vitest'
import { formerNames } from './name-list.ts'

const period = (slug: string, isCurrent = false) => ({
  slug,
  observedFrom: '2026-01-01T00:00:00.000Z',
  observedUntil: isCurrent ? null : '2026-02-01T00:00:00.000Z',
  isCurrent,
})

test('each name before is told once, and not the one that it has again', () => {
  const history = [period('c', true), period('b'), period('c'), period('a'), period('b')]
  expect(formerNames(history).map(({ slug }) => slug)).toEqual(['b', 'a'])
})

test('a channel that lost its name has only former ones', () => {
  expect(formerNames([period('b'), period('a')]).map(({ slug }) => slug)).toEqual(['b', 'a'])
})
