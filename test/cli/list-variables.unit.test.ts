import { expect, test } from 'vitest'
import { checkReach } from '../../src/cli/check-reach.ts'
import { listVariables, misspelledVariables } from '../../src/cli/list-variables.ts'
import { variableGroups } from '../../src/config/config.ts'
import { variablesNow } from '../../src/config/variables-now.ts'
import type { Environment } from '../../src/lib/environment.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'

const groups = variableGroups(builtInPlatforms)
const names = groups.flatMap(({ variables }) => Object.keys(variables))

const list = (env: Environment) => listVariables(groups, variablesNow(groups, env))
const line = (name: string, ...given: Parameters<typeof list>) =>
  list(...given).find(({ variable }) => variable?.name === name)

test('every declared variable has one line', () => {
  expect(list({}).map(({ variable }) => variable?.name)).toEqual(names)
})

test('a value is told with where it comes from', () => {
  expect(line('PORT', {})).toEqual({
    ok: true,
    text: 'PORT = 4000, the default.',
    variable: { name: 'PORT', value: '4000', source: 'DEFAULT', entry: null },
  })
  expect(line('PORT', { PORT: ' 80 ' })?.text).toBe('PORT = 80, from the environment.')
  expect(line('PORT', { PORT: '' })?.text).toBe('PORT = 4000, the default.')
  expect(line('WORKERS', { WORKERS: '' })?.text).toBe('WORKERS = (empty), from the environment.')
  expect(line('REDIS_URL', {})).toEqual({
    ok: true,
    text: 'REDIS_URL is not set: each node tells the chat that it received itself.',
    variable: { name: 'REDIS_URL', value: null, source: 'UNSET', entry: null },
  })
})

test('an entry of the configuration is named', () => {
  const variable = {
    name: 'POLL_INTERVAL_SECONDS',
    value: '30',
    source: 'CONFIGURATION',
    entry: 'monitoring.poll.interval.seconds',
  } as const
  const text = 'POLL_INTERVAL_SECONDS = 30, from the entry monitoring.poll.interval.seconds of the configuration.'
  expect(listVariables(groups, [variable])).toEqual([{ ok: true, text, variable }])
  const secret = { ...variable, name: 'KICK_CLIENT_SECRET', value: null, entry: 'kick.client.secret' }
  expect(listVariables(groups, [secret])[0]?.text).toContain('KICK_CLIENT_SECRET = (secret), from the entry')
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
    variable: { name: 'KICK_CLIENT_SECRET', value: null, source: 'ENVIRONMENT', entry: null },
  })
})

test('a name that is nearly one of ours is told, unless ours is set as well', () => {
  expect(misspelledVariables(groups, { DATABSE_URL: 'canary', PATH: '/bin', HOME: '/root', POST: '1' })).toEqual([
    { ok: false, text: 'DATABSE_URL is no variable of this program: do you mean DATABASE_URL?' },
  ])
  expect(misspelledVariables(groups, { DATABASE_URI: 'a', DATABASE_URL: 'b' })).toEqual([])
})

test('proxies that are anybody, and a public URL with a path, are wrong where they may be said', () => {
  const told = (env: Environment) => checkReach(variablesNow(groups, env)).map(({ ok, text }) => ({ ok, text }))
  for (const network of ['0.0.0.0/0', '::/0', '128.0.0.0/1', '10.0.0.0/7', '::ffff:0:0/96', '2000::/3'])
    expect(told({ TRUSTED_PROXIES: `127.0.0.1, ${network}` }), network).toEqual([
      {
        ok: false,
        text: `TRUSTED_PROXIES has ${network}, which is nearly everybody: any caller could claim any address. Name the addresses or networks of your proxies.`,
      },
    ])
  expect(told({ TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8,fc00::/7,::1,::ffff:10.0.0.0/104' })).toEqual([])
  expect(told({ PUBLIC_URL: 'https://channels.example/' })).toEqual([])
  expect(told({ PUBLIC_URL: 'https://channels.example/live/' })).toEqual([
    { ok: false, text: expect.stringMatching(/^PUBLIC_URL has the path \/live: .* Give the server a host name/) },
  ])
})
