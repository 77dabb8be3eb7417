import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { configKeys } from '../../src/config/config-keys.ts'
import { newKeyText, parseKeyRing } from '../../src/config/key-ring.ts'
import { silentLog } from '../../src/lib/log.ts'
import { checkChange } from '../../src/settings/check-change.ts'
import { isConfigurationKey, isSensitive } from '../../src/settings/configuration-key.ts'
import { mayBeEncrypted } from '../../src/settings/runtime-settings.ts'
import { createSettings } from '../../src/settings/settings.ts'
import { knownSettings } from '../support/settings/known-settings.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

test.each(['a', 'kick.client.id', 'a1_b2.c3', `a${'b'.repeat(119)}`])('%s is a key', (key) => {
  expect(isConfigurationKey(key)).toBe(true)
})
test.each(['', 'A', '1a', 'a.', '.a', 'a..b', 'a-b', 'a b', 'ä', 'a\n', `a${'b'.repeat(120)}`])(
  '%j is no key',
  (key) => {
    expect(isConfigurationKey(key)).toBe(false)
  },
)

test.each(['secret', 'kick.client_secret', 'smtp.password1', 'xtoken', 'SECRET', 'pass_word', 'to.ken'])(
  '%s says that its value is a secret',
  (key) => expect(isSensitive(key)).toBe(true),
)
test.each(['kick.client.id', 'pass', 'tokyo'])('%s does not', (key) => expect(isSensitive(key)).toBe(false))

const bytes = (count: number) => Buffer.alloc(count, 7).toString('base64')
test.each([
  ['nothing', ''],
  ['a key of 31 bytes', `a:${bytes(31)}`],
  ['a key of 33 bytes', `a:${bytes(33)}`],
  ['a key twice', `a:${bytes(32)},a:${bytes(32)}`],
  ['an id with a dot', `a.b:${bytes(32)}`],
  ['no id', bytes(32)],
  ['another spelling of the same bytes', `a:${bytes(32).slice(0, -2)}d=`],
  ['one item too few', `a:${bytes(32)},`],
])('CONFIG_KEYS of %s are refused by name', (_, text) => {
  expect(parseKeyRing(text)).toBeNull()
  if (text)
    expect(() => readConfig({ CONFIG_KEYS: text })).toThrow(/^CONFIG_KEYS must be a comma-separated list of kid:key/)
})

test('the first of CONFIG_KEYS encrypts and all are known, with or without blanks between', () => {
  const ring = readConfig({ CONFIG_KEYS: ` new:${bytes(32)} , ${newKeyText()}` }).configKeys
  expect(ring?.[0].kid).toBe('new')
  expect(ring).toHaveLength(2)
  expect(JSON.stringify(ring)).not.toContain(bytes(32))
})

test('a key is made once, for the owner only, and a file that was damaged is said to be, never replaced', async () => {
  await using directory = await temporaryDirectory('config-keys')
  const file = join(directory.path, 'config-keys')
  const given = parseKeyRing(newKeyText())!
  expect(configKeys(directory.path, given)).toBe(given)
  expect(existsSync(file)).toBe(false)
  const made = configKeys(directory.path, undefined)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const again = configKeys(directory.path, undefined)
  expect(again[0].kid).toBe(made[0].kid)
  expect(again[0].key.equals(made[0].key)).toBe(true)
  writeFileSync(file, 'torn')
  expect(() => configKeys(directory.path, undefined)).toThrow(
    /config-keys must hold a comma-separated list .*: restore the file\.$/,
  )
})

describe('a change', () => {
  const change = { key: 'smtp.host', value: 'x', category: 'system' as const }

  test.each([
    ['of a key against the rule', { key: 'Smtp' }, 'key', /lowercase/],
    ['of a key that is too long', { key: 'a'.repeat(121) }, 'key', /120/],
    ['to a value that is too long', { value: 'é'.repeat(32_769) }, 'value', /65536 bytes/],
    ['to a value with NUL', { value: 'a\0' }, 'value', /without NUL/],
    ['to half a character', { value: '\ud83d' }, 'value', /well-formed/],
    ['with a description that is too long', { description: 'x'.repeat(1_001) }, 'description', /1000/],
    ['of a version below 0', { expectedVersion: -1 }, 'expectedVersion', /must be 0/],
    [
      'of a setting that does not exist',
      { key: 'monitoring.pol.interval' },
      'key',
      /monitoring\.poll\.interval\.seconds/,
    ],
  ])('%s is refused by the name of its argument', (_, wrong, argument, message) => {
    expect(checkChange(knownSettings, { ...change, ...wrong })).toEqual({
      kind: 'invalid',
      argument,
      message: expect.stringMatching(message),
    })
  })

  test('is taken where nothing is wrong', () => {
    expect(checkChange(knownSettings, { ...change, value: 'é'.repeat(32_768) })).toBeNull()
    expect(checkChange(knownSettings, { ...change, value: '' })).toBeNull()
  })

  test.each(['0', '3601', '-1', '1.5', '', ' 5', 'abc', '1e3', '٣', '99999999999'])(
    'of the poll interval to %j names the range',
    (value) => {
      const wrong = checkChange(knownSettings, {
        key: 'monitoring.poll.interval.seconds',
        value,
        category: 'monitoring',
      })
      expect(wrong).toEqual({
        kind: 'invalid',
        argument: 'value',
        message: 'value of "monitoring.poll.interval.seconds" must be a whole number from 1 to 3600.',
      })
    },
  )

  test('of a setting keeps to its category and is no secret', () => {
    const setting = { key: 'retention.chat.days', value: '7', category: 'database' as const }
    expect(checkChange(knownSettings, setting)).toBeNull()
    expect(checkChange(knownSettings, { ...setting, category: 'system' })).toMatchObject({ argument: 'category' })
    expect(checkChange(knownSettings, { ...setting, encrypt: true })).toMatchObject({ argument: 'encrypt' })
  })
})

test('what the environment may say is what may be stored, and every default is allowed', () => {
  for (const [key, setting] of knownSettings) {
    const { parse, print, fallback } = setting
    expect(isConfigurationKey(key)).toBe(true)
    // What must not be shown has a key that has it encrypted.
    expect(isSensitive(key), key).toBe(setting.isSecret)
    if (setting.isSecret) expect(mayBeEncrypted(setting)).toBe(true)
    if (fallback !== undefined) expect(parse(print(fallback))).toBe(fallback)
  }
  const names = {
    'monitoring.poll.interval.seconds': 'POLL_INTERVAL_SECONDS',
    'monitoring.kick.requests.per.second': 'KICK_REQUESTS_PER_SECOND',
    'retention.status.events.days': 'STATUS_EVENT_RETENTION_DAYS',
    'retention.chat.days': 'CHAT_RETENTION_DAYS',
    'retention.probes.days': 'PROBE_RETENTION_DAYS',
    'retention.webhooks.days': 'WEBHOOK_RETENTION_DAYS',
  } as const
  for (const [key, name] of Object.entries(names)) {
    const { allowed } = knownSettings.get(key)!
    expect(() => readConfig({ [name]: '0' })).toThrow(`${name} must be ${allowed}.`)
  }
})

test('the documentation has every setting as it is declared', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8')
  const rows = page
    .split('## The environment')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  expect(rows.map((cells) => cells.slice(1, -1).join(' | '))).toEqual(
    Array.from(knownSettings, ([key, { allowed, category, variable, defaultText, isSecret, description }]) =>
      [
        `\`${key}\``,
        allowed,
        variable ? `\`${variable.name}\`` : defaultText,
        `\`${category.toUpperCase()}\``,
        isSecret ? 'yes' : '',
        description,
      ].join(' | '),
    ),
  )
})

test('stored settings hold where they are allowed; what is not changes nothing and is said once', () => {
  const warned: object[] = []
  const settings = createSettings(knownSettings, {
    ...silentLog,
    warn: (fields) => void warned.push(fields),
  })
  let changes = 0
  const forget = settings.onChange(() => changes++)
  settings.update(
    new Map([
      ['monitoring.poll.interval.seconds', '5'],
      ['monitoring.kick.polling', 'off'],
    ]),
  )
  expect(settings.get('monitoring.poll.interval.seconds')).toBe(5)
  expect(settings.get('monitoring.kick.polling')).toBe(false)
  const wrong = new Map([
    ['monitoring.poll.interval.seconds', 'soon'],
    ['retention.chat.days', '7'],
    ['monitoring.pol', '5'],
  ])
  settings.update(wrong)
  settings.update(wrong)
  expect(settings.get('monitoring.poll.interval.seconds')).toBe(5)
  expect(settings.get('monitoring.kick.polling')).toBe(true)
  expect(settings.get('retention.chat.days')).toBe(7)
  expect(warned).toEqual([
    { setting: 'monitoring.pol', allowed: undefined },
    { setting: 'monitoring.poll.interval.seconds', allowed: 'a whole number from 1 to 3600' },
  ])
  expect(changes).toBe(2)
  forget()
  settings.update(new Map())
  expect(settings.get('monitoring.poll.interval.seconds')).toBe(60)
  expect(changes).toBe(2)
})
