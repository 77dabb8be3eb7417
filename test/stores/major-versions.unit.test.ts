import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { requireSameEngine } from '../../src/stores/clickhouse/engine-of-data.ts'
import { requireSameMajor } from '../../src/stores/postgres/embedded-home.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

test('data of another major Postgres are refused with what to do, and not changed', async () => {
  await using directory = await temporaryDirectory('major')
  const file = path.join(directory.path, 'PG_VERSION')
  fs.writeFileSync(file, '17\n')
  await expect(requireSameMajor(directory.path, '/programs-18.4.0-beta.17')).rejects.toThrow(
    /is of Postgres 17, and this version runs Postgres 18: bring it over with a Postgres 17 .*, set DATABASE_URL to one, or choose another DATA_DIR\.$/,
  )
  expect(fs.readFileSync(file, 'utf8')).toBe('17\n')
  await expect(requireSameMajor(directory.path, '/programs-17.2.0')).resolves.toBeUndefined()
  fs.writeFileSync(file, 'nonsense')
  await expect(requireSameMajor(directory.path, '/programs-17.2.0')).rejects.toThrow('is damaged')
})

test('data of another major ClickHouse are refused with what to do, and the note stays', async () => {
  await using directory = await temporaryDirectory('engine')
  const note = path.join(directory.path, 'engine-version')
  requireSameEngine(directory.path, '"26.7.2.1"')
  expect(fs.readFileSync(note, 'utf8')).toBe('26.7.2.1\n')
  // A newer one of the same year reads it, and is noted.
  requireSameEngine(directory.path, '26.8.1.5')
  expect(fs.readFileSync(note, 'utf8')).toBe('26.8.1.5\n')
  expect(() => requireSameEngine(directory.path, '27.1.1.1')).toThrow(
    /are of ClickHouse 26\.8\.1\.5, and this version runs ClickHouse 27\.1\.1\.1: start the version .*, set CLICKHOUSE_URL to one, or choose another DATA_DIR\.$/,
  )
  expect(fs.readFileSync(note, 'utf8')).toBe('26.8.1.5\n')
})
