import { unreadableLine } from '../settings/check-secrets.ts'
import { rotateKeys } from '../settings/rotate-keys.ts'
import type { SettingKey } from '../settings/runtime-settings.ts'
import { storeCommand } from './store-command.ts'
import { text } from './values.ts'

/** Characters of a value that are listed. */
const shownLength = 100

const list = storeCommand({
  name: 'config list',
  summary: 'list the settings as they are now, and the entries, without secrets',
  async run(_, { services: { configuration, settings }, say }) {
    const entries = await configuration.list()
    const stored = new Set(entries.map(({ key }) => key))
    for (const [key, { print, allowed }] of settings.known) {
      const value = print(settings.get(key as SettingKey))
      say(`${key}  ${value}${stored.has(key) ? '' : '  (as the environment has it)'}  ${allowed}`)
    }
    for (const { key, version, value, isEncrypted } of entries)
      if (!settings.known.has(key))
        say(`${key}  ${isEncrypted ? '(encrypted)' : JSON.stringify(value!.slice(0, shownLength))}  version ${version}`)
    return true
  },
})

const rotate = storeCommand({
  name: 'config rotate',
  summary: 'encrypt all secrets anew under the first of CONFIG_KEYS',
  async run(_, { services: { publicDb, ring, env }, say, signal, record }) {
    await record()
    const { rewrapped, stillWritten, unreadable } = await rotateKeys({ db: publicDb, ring, env }, signal)
    const [{ kid }] = ring
    say(`${rewrapped} secrets are encrypted under "${kid}" now`)
    for (const one of unreadable) say(unreadableLine(one))
    if (stillWritten > 0) say('Another process still encrypts under another key: restart it with these CONFIG_KEYS.')
    else if (unreadable.length === 0) say(`No secret needs another key than "${kid}".`)
    return stillWritten === 0 && unreadable.length === 0
  },
})

const remove = storeCommand({
  name: 'config delete',
  summary: 'remove an entry, such as a secret whose key is lost',
  arguments: { key: { about: 'the key of the entry', value: text('<key>'), required: true } },
  // Recorded together with the change.
  async run({ key }, { services: { configuration }, say, author }) {
    const removed = await configuration.remove(key, author)
    say(removed ? `${key} is removed` : 'There is no entry with this key.')
    return removed
  },
})

/** List the configuration, give secrets up, and change the key they are encrypted under. */
export const configCommands = [list, rotate, remove]
