import { expect, test } from 'vitest'
import { checkPostgresVersion, judgePostgresVersion } from '../../../src/stores/postgres/server-version.ts'

test.each(['9.6.24', '13.18', '14.3', '14.22 (Debian 14.22-1.pgdg120+1)', 'unknown'])('%s is too old', (version) => {
  expect(judgePostgresVersion(version)).toEqual({
    refused: true,
    reason: `Postgres ${version} is too old: 15 or newer is needed`,
  })
})

test.each([
  ['15.0', '15.10'],
  ['15.9', '15.10'],
  ['16.5', '16.6'],
  ['17.0', '17.2'],
  ['17.1 (Ubuntu 17.1-1.pgdg24.04+1)', '17.2'],
  ['15.16', '15.17'],
  ['16.12', '16.13'],
  ['17.8', '17.9'],
  ['18.2', '18.3'],
])('of %s it is said what is wrong, and that %s is without it', (version, fixedIn) => {
  const judgement = judgePostgresVersion(version)
  expect(judgement).toMatchObject({ refused: false })
  expect(judgement!.reason).toMatch(
    new RegExp(`^Postgres ${version.replaceAll(/[.()+]/g, '\\$&')} .+: update it to ${fixedIn} or newer$`),
  )
})

test.each(['15.10', '15.15', '15.17', '16.6', '16.13', '17.2', '17.9', '18', '18.0', '18.1', '18.4', '19beta1'])(
  '%s is fine',
  (version) => {
    expect(judgePostgresVersion(version)).toBeNull()
  },
)

const saying = (version: string) => ({ query: async () => [{ version }] as never })

test('a server that is too old is refused in one line, and one with a fault is warned of', async () => {
  await expect(checkPostgresVersion(saying('14.3'), 'DATABASE_URL')).rejects.toMatchObject({
    name: 'ConfigError',
    message: 'DATABASE_URL can not be used: Postgres 14.3 is too old: 15 or newer is needed.',
  })
  expect(await checkPostgresVersion(saying('18.2'), 'DM_DATABASE_URL')).toBe(
    'DM_DATABASE_URL: Postgres 18.2 refuses to cut long texts that are not ASCII, as if they were damaged: update it to 18.3 or newer.',
  )
  expect(await checkPostgresVersion(saying('18.4'), 'DATABASE_URL')).toBeNull()
})
