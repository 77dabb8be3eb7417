import { z } from 'zod'
import { valueSources } from '../config/variables-now.ts'
import { ConfigError, UsageError } from '../lib/errors.ts'
import { unreadableLine } from '../settings/check-secrets.ts'
import { categories, isSensitive } from '../settings/configuration-key.ts'
import type { ListedSetting } from '../settings/list-settings.ts'
import { rotateKeys } from '../settings/rotate-keys.ts'
import { storeCommand } from './store-command.ts'
import { matching, oneOf, text } from './values.ts'

/** Characters of a value that are listed. */
const shownLength = 100

const key = { about: 'the key of the setting or of the entry', value: text('<key>'), required: true } as const
const category = { about: 'the category of the entry', value: oneOf(categories) } as const

const settingResult = z.object({
  key: z.string().describe('the key of the setting or of the entry'),
  isKnown: z.boolean().describe('whether the system uses it'),
  category: z.enum(categories).describe('its category'),
  value: z.string().nullable().describe('the value now; null where it is secret, and where there is none'),
  source: z.enum(['CONFIGURATION', 'ENVIRONMENT', 'DEFAULT']).describe('where the value comes from'),
  isSecret: z.boolean().describe('whether the value is never shown'),
  range: z.string().nullable().describe('what is allowed; null of an entry that the system does not use'),
  default: z.string().nullable().describe('what holds where nothing else says anything; null where that is nothing'),
  variable: z.string().nullable().describe('the variable of the environment that holds without an entry'),
  version: z.int().nullable().describe('how often the entry was set; null where there is none'),
  warnings: z.array(z.string()).describe('what you should know, a sentence each'),
})

const resultOf = (setting: ListedSetting): z.infer<typeof settingResult> => {
  const { key, isKnown, category, value, source, isSecret, range, variable, version, warnings } = setting
  return {
    key,
    isKnown,
    category,
    value,
    source,
    isSecret,
    range,
    default: setting.default,
    variable,
    version,
    warnings,
  }
}

const shownValue = ({ value, isSecret, source }: ListedSetting): string => {
  if (value !== null) return value
  return isSecret && source !== 'DEFAULT' ? '(secret)' : '(none)'
}

const get = storeCommand({
  name: 'config get',
  summary: 'show one setting as it is now, or one entry, never a secret',
  arguments: { key },
  examples: [
    { call: 'config get monitoring.poll.interval.seconds', about: 'its value' },
    { call: 'config get kick.client.secret --json', about: 'where a secret comes from, and what is wrong with it' },
  ],
  result: settingResult,
  async run({ key }, { services: { listSettings }, tell }) {
    const setting = (await listSettings()).find((one) => one.key === key)
    if (!setting) throw new ConfigError('There is no setting and no entry with this key.')
    tell(resultOf(setting), [shownValue(setting), ...setting.warnings])
    return true
  },
})

const list = storeCommand({
  name: 'config list',
  summary: 'list the settings as they are now, and the entries, without secrets',
  options: { category: { ...category, about: 'only this category' } },
  examples: [
    { call: 'config list', about: 'everything' },
    { call: 'config list --category auth', about: 'what says who we are elsewhere' },
    { call: 'config list --json', about: 'the same for a script' },
  ],
  result: settingResult,
  async run({ category }, { services: { listSettings }, tell }) {
    for (const setting of await listSettings()) {
      if (category !== undefined && setting.category !== category) continue
      const { key, source, range, warnings } = setting
      tell(resultOf(setting), [
        [key, shownValue(setting).slice(0, shownLength), source, ...(range === null ? [] : [range])].join('  '),
        ...warnings.map((warning) => `  ${warning}`),
      ])
    }
    return true
  },
})

const needsServer =
  'The variables are those of a running server: without one, channelscope doctor lists those of this shell.'

const variables = storeCommand({
  name: 'config variables',
  summary: 'list the variables of the running server, without secrets',
  details: ['Settings have their values of now: an entry of the configuration wins over a variable.'],
  needsServer,
  examples: [
    { call: 'config variables', about: 'what the server was started with, and what holds instead of it' },
    { call: 'config variables --json', about: 'the same for a script' },
  ],
  result: z.object({
    name: z.string().describe('the variable'),
    value: z.string().nullable().describe('its value, a URL without its login; null of a secret, and of nothing'),
    source: z.enum(valueSources).describe('where the value comes from'),
    entry: z.string().nullable().describe('the key of the entry that says it; null where none does'),
  }),
  async run(_, { services: { listSettings, variables }, tell }) {
    const entries = (await listSettings()).filter(({ source }) => source === 'CONFIGURATION')
    for (const one of variables) {
      const entry = entries.find(({ variable }) => variable === one.name)
      const { name, value, source } = entry ? { ...entry, name: one.name } : one
      tell({ name, value, source, entry: entry?.key ?? null }, [name, value ?? '(none)', source].join('  '))
    }
    return true
  },
})

/** The sentence of a refusal with the names that the command line has for its arguments. */
const inWords = (message: string): string =>
  message
    .replaceAll('expectedVersion', '--expected-version')
    .replace(/^(category|description|encrypt)\b/, '--$1')
    .replace(/^(key|value)\b/, '<$1>')

const set = storeCommand({
  name: 'config set',
  summary: 'make or replace an entry: a setting takes effect within seconds, on every node',
  details: [
    'Without <value>, or with -, standard input says it; at a terminal it is asked for and not shown.',
    'A secret is never taken from the command line, where others can read it.',
  ],
  arguments: { key, value: { about: 'the value; left out, standard input says it', value: text('<value>') } },
  options: {
    category: { ...category, about: 'the category; without it that of the setting or of the entry, else system' },
    description: { about: 'what the entry is for', value: text('<text>') },
    encrypt: { about: 'encrypt the value; always so where the key says secret, password or token' },
    'expected-version': {
      about: 'the version to replace, 0 for a new entry; without it any version is replaced',
      value: matching('<number>', /^\d{1,9}$/, 'a whole number'),
    },
  },
  input: 'value',
  checkWord: ({ key }) =>
    isSensitive(key) ? '<value> of a secret must come from standard input: leave it out.' : undefined,
  examples: [
    { call: 'config set monitoring.poll.interval.seconds 30', about: 'probe live channels every 30 seconds' },
    { call: 'config set kick.client.secret', about: 'a secret, which standard input says' },
    { call: 'config set team.motto hello --expected-version 0', about: 'a new entry, and never another one' },
  ],
  result: z.object({
    key: z.string().describe('the key of the entry'),
    version: z.int().describe('how often it was set'),
    category: z.enum(categories).describe('its category'),
    value: z.string().nullable().describe('its value; null where it is encrypted'),
    isEncrypted: z.boolean().describe('whether the value is encrypted'),
    isKnown: z.boolean().describe('whether the system uses it'),
  }),
  // Recorded together with the change.
  async run({ key, value = '', category, description, encrypt, ...given }, { services, tell, author }) {
    const { configuration, settings } = services
    const [current] = await configuration.list({ key })
    const expected = given['expected-version']
    const outcome = await configuration.set(
      {
        key,
        value,
        category: category ?? settings.known.get(key)?.category ?? current?.category ?? 'system',
        ...(description !== undefined && { description }),
        ...(encrypt && { encrypt }),
        ...(expected !== undefined && { expectedVersion: Number(expected) }),
      },
      author,
    )
    if (outcome.kind === 'invalid') throw new UsageError(inWords(outcome.message))
    if (outcome.kind === 'conflict')
      throw new ConfigError(`--expected-version must be ${outcome.current.version}, the version of "${key}" now.`)
    const { entry } = outcome
    const { version, isEncrypted } = entry
    const isKnown = settings.known.has(key)
    tell({ key, version, category: entry.category, value: entry.value, isEncrypted, isKnown }, [
      `${key} is set, version ${version}${isEncrypted ? ', encrypted' : ''}`,
      ...(isKnown ? [] : ['The system has no setting with this key: the entry is kept, and nothing uses it.']),
    ])
    return true
  },
})

const rotate = storeCommand({
  name: 'config rotate',
  summary: 'encrypt all secrets anew under the first of CONFIG_KEYS',
  details: ['Run it after a new key was put first in CONFIG_KEYS, on every node. Values, versions and dates stay.'],
  examples: [{ call: 'config rotate', about: 'after CONFIG_KEYS has changed' }],
  result: z.object({
    kid: z.string().describe('the key that secrets are encrypted under now'),
    rewrapped: z.int().describe('secrets that were encrypted anew'),
    stillWritten: z.int().describe('secrets that another process still encrypts under another key'),
    unreadable: z.array(z.string()).describe('the keys of entries that can not be decrypted'),
  }),
  async run(_, { services: { publicDb, ring, environment }, say, tell, signal, record }) {
    await record()
    const { rewrapped, stillWritten, unreadable } = await rotateKeys({ db: publicDb, ring, environment }, signal)
    const [{ kid }] = ring
    tell(
      { kid, rewrapped, stillWritten, unreadable: unreadable.map(({ key }) => key) },
      `${rewrapped} secrets are encrypted under "${kid}" now`,
    )
    for (const one of unreadable) say(unreadableLine(one))
    if (stillWritten > 0) say('Another process still encrypts under another key: restart it with these CONFIG_KEYS.')
    else if (unreadable.length === 0) say(`No secret needs another key than "${kid}".`)
    return stillWritten === 0 && unreadable.length === 0
  },
})

const unset = storeCommand({
  name: 'config unset',
  summary: 'remove an entry: the environment or the default holds again',
  arguments: { key },
  // Recorded together with the change.
  examples: [{ call: 'config unset team.secret', about: 'give a secret up whose key is lost' }],
  result: z.object({ key: z.string().describe('the key of the entry that is removed') }),
  async run({ key }, { services: { configuration }, tell, author }) {
    const removed = await configuration.remove(key, author)
    if (!removed) throw new ConfigError('There is no entry with this key.')
    tell({ key }, `${key} is removed`)
    return true
  },
})

/** Show and change the configuration, and change the key that secrets are encrypted under. */
export const configCommands = [get, set, unset, list, variables, rotate]
