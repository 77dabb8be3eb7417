import { expect, test } from 'vitest'
import { kindNames } from './kind-names.ts'
import { kindGroups, kindsText } from './kinds.ts'

test('every kind is in one group', () => {
  const grouped = kindGroups.flatMap(([, kinds]) => kinds.map(([kind]) => kind))
  expect(grouped.toSorted()).toEqual(Object.keys(kindNames).toSorted())
})

test('kinds are told in the order of the groups', () => {
  expect(kindsText(['JOB_FAILED', 'ENDED', 'WENT_LIVE'])).toBe('Went live, ended, job failed')
  expect(kindsText([])).toBe('')
})
