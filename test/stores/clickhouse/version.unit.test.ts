import { expect, test } from 'vitest'
import { judgeVersion } from '../../../src/stores/clickhouse/server-version.ts'

test.each(['24.12.1.1', '25', '26.2.99.99', '26.2.1.1-lts', 'unknown'])('%s is too old', (version) => {
  expect(judgeVersion(version)?.refused).toBe(true)
})

test.each(['26.5.6.63', '26.5.7.1', '26.6.2.98', '26.7', '26.7.1.1', '26.7.3.8', '26.7.2.1-stable'])(
  '%s has a known fault',
  (version) => {
    expect(judgeVersion(version)).toMatchObject({ refused: false })
  },
)

test.each([
  '26.3',
  '26.3.1.2',
  '26.5.6.62',
  '26.5.7.20',
  '26.6.2.97',
  '26.6.3.19',
  '26.6.9.9',
  '26.7.3.9',
  '26.7.10.1',
  '26.10.1.1',
  '27.1.1.1',
])('%s is fine', (version) => {
  expect(judgeVersion(version)).toBeNull()
})
