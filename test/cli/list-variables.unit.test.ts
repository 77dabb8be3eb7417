import { expect, test } from 'vitest'
import { listVariables, misspelledVariables } from '../../src/cli/list-variables.ts'
import { variableGroups } from '../../src/config/config.ts'
import type { Environment } from '../../src/lib/environment.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'

const groups = variableGroups(builtInPlatforms)
const names = groups.flatMap(({ variables }) => Object.keys(variables))

const list = (env: Environment, entries: readonly [string, { key: string; value: string | null }][] = []) =>
  listVariables(groups, env, { problems: [], entries: new Map(entries) })
const line = (name: string, ...given: Parameters<typeof list>) =>
  list(...given).find(({ variable }) => variable?.name === name)

test('every declared variable has one line', () => {
  expect(list({}).map(({ variable }) => variable?.name)).toEqual(names)
})

test('a value is told with where it comes from', () => {
  expect(line('PORT', {})).toEqual({
    ok: true,
    text: 'PORT = 4000, the default.',
    variable: { name: 'PORT', value: '4000', source: 'DEFAULT' },
  })
  expect(line('PORT', { PORT: ' 80 ' })?.text).toBe('PORT = 80, from the environment.')
  expect(line('PORT', { PORT: '' })?.text).toBe('PORT = 4000, the default.')
  expect(line('WORKERS', { WORKERS: '' })?.text).toBe('WORKERS = (empty), from the environment.')
  expect(line('REDIS_URL', {})).toEqual({
    ok: true,
    text: 'REDIS_URL is not set: each node tells the chat that it received itself.',
    variable: { name: 'REDIS_URL', value: null, source: 'UNSET' },
  })
})

test('an entry of the configuration wins', () => {
  expect(
    line('POLL_INTERVAL_SECONDS', { POLL_INTERVAL_SECONDS: '5' }, [
      ['POLL_INTERVAL_SECONDS', { key: 'monitoring.poll.interval.seconds', value: '30' }],
    ]),
  ).toEqual({
    ok: true,
    text: 'POLL_INTERVAL_SECONDS = 30, from the entry monitoring.poll.interval.seconds of the configuration.',
    variable: { name: 'POLL_INTERVAL_SECONDS', value: '30', source: 'CONFIGURATION' },
  })
})

test('no secret is told, and no login of a URL', () => {
  const secrets = Object.fromEntries(names.map((name) => [name, 'canary-of-a-value']))
  const secretNames = groups.flatMap(({ variables }) =>
    Object.entries(variables).flatMap(([name, { secret }]) => (secret ? name : [])),
  )
  for (const one of list(secrets))
    if (secretNames.includes(one.variable!.name)) expect(JSON.stringify(one)).not.toContain('canary')
  for (const name of names) {
    const env = { [name]: 'https://user-canary:pass-canary@host.example/place' }
    expect(JSON.stringify(line(name, env))).not.toContain('canary')
  }
  const url = 'postgresql://me:canary@db.example:5432/app?password=canary&sslmode=require'
  expect(line('DATABASE_URL', { DATABASE_URL: url })?.text).toBe(
    'DATABASE_URL = postgresql://db.example:5432/app, from the environment.',
  )
  expect(line('KICK_CLIENT_SECRET', { KICK_CLIENT_SECRET: 'canary' })).toEqual({
    ok: true,
    text: 'KICK_CLIENT_SECRET = (secret), from the environment.',
    variable: { name: 'KICK_CLIENT_SECRET', value: null, source: 'ENVIRONMENT' },
  })
})

test('a name that is nearly one of ours is told, unless ours is set as well', () => {
  expect(misspelledVariables(groups, { DATABSE_URL: 'canary', PATH: '/bin', HOME: '/root', POST: '1' })).toEqual([
    { ok: false, text: 'DATABSE_URL is no variable of this program: do you mean DATABASE_URL?' },
  ])
  expect(misspelledVariables(groups, { DATABASE_URI: 'a', DATABASE_URL: 'b' })).toEqual([])
})
