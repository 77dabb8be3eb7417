import path from 'node:path'
import { expect, test } from 'vitest'
import { ownVersion } from '../../src/lib/own-version.ts'
import { clickHouseMigrations } from '../../src/stores/clickhouse/migrate.ts'
import { oldestBeside, oldestBesideAll } from '../../src/stores/oldest-beside.ts'
import { postgresMigrations } from '../../src/stores/postgres/migrate.ts'
import { projectFolder } from '../support/app/program.ts'

test('every migration names the oldest version that may run beside it, and no other does', async () => {
  const names = [
    ...(await postgresMigrations(path.join(projectFolder, 'prisma/migrations'))),
    ...(await clickHouseMigrations(path.join(projectFolder, 'clickhouse/migrations'))),
  ]
  expect(Object.keys(oldestBeside).sort()).toEqual(names.sort())
})

test('they are versions, and none is newer than this one', () => {
  for (const version of Object.values(oldestBeside)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(version.localeCompare(ownVersion(), 'en', { numeric: true })).toBeLessThanOrEqual(0)
  }
})

test('of several the newest counts, and of one that is not known nothing is said', () => {
  expect(oldestBesideAll([])).toBe('0.1.0')
  expect(oldestBesideAll(['0001_baseline', '0002_probe_details'])).toBe('0.1.0')
  expect(oldestBesideAll(['0001_baseline', '0999_of_tomorrow'])).toBeUndefined()
})
