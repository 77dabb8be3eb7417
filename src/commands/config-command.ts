import type { Author } from '../audit/record-action.ts'
import { ConfigError } from '../lib/errors.ts'
import { unreadableLine } from '../settings/check-secrets.ts'
import { liveSettings, settingKeys, settingOf } from '../settings/live-settings.ts'
import { rotateKeys } from '../settings/rotate-keys.ts'
import type { Command, CommandServices, Say } from './command.ts'

const usage = [
  'config list      list the settings that hold now, and the entries, without secrets',
  'config rotate    encrypt all secrets anew under the first of CONFIG_KEYS',
  'config delete <key>',
  '                 remove an entry, such as a secret whose key is lost',
]

/** Characters of a value that are listed. */
const shownLength = 100

type Work = (
  args: readonly string[],
  services: CommandServices,
  say: Say,
  signal: AbortSignal,
  author: Author,
) => Promise<boolean>

const list: Work = async (_args, { configuration, settings }, say) => {
  const entries = await configuration.list()
  const stored = new Set(entries.map(({ key }) => key))
  for (const key of settingKeys) {
    const value = settingOf(key)!.print(settings.get(key))
    say(`${key}  ${value}${stored.has(key) ? '' : '  (as the environment has it)'}  ${liveSettings[key].allowed}`)
  }
  for (const { key, version, value, isEncrypted } of entries)
    if (!settingOf(key))
      say(`${key}  ${isEncrypted ? '(encrypted)' : JSON.stringify(value!.slice(0, shownLength))}  version ${version}`)
  return true
}

const rotate: Work = async (_args, { publicDb, ring, env }, say, signal) => {
  const { rewrapped, stillWritten, unreadable } = await rotateKeys({ db: publicDb, ring, env }, signal)
  const [{ kid }] = ring
  say(`${rewrapped} secrets are encrypted under "${kid}" now`)
  for (const one of unreadable) say(unreadableLine(one))
  if (stillWritten > 0) say('Another process still encrypts under another key: restart it with these CONFIG_KEYS.')
  else if (unreadable.length === 0) say(`No secret needs another key than "${kid}".`)
  return stillWritten === 0 && unreadable.length === 0
}

const remove: Work = async ([key = ''], { configuration }, say, _signal, author) => {
  const removed = await configuration.remove(key, author)
  say(removed ? `${key} is removed` : 'There is no entry with this key.')
  return removed
}

const works: Record<string, { work: Work; takes: number }> = {
  list: { work: list, takes: 0 },
  rotate: { work: rotate, takes: 0 },
  delete: { work: remove, takes: 1 },
}

/** Lists the configuration, gives secrets up, and changes the key they are encrypted under. */
export const configCommand: Command = {
  name: 'config',
  usage,
  // What `delete` changes is recorded together with the change.
  changes: ([what]) => what === 'rotate',
  async run([what = '', ...args], services, say, signal, author) {
    const known = Object.hasOwn(works, what) ? works[what]! : undefined
    if (!known || args.length !== known.takes)
      throw new ConfigError('Usage: channelscope config list | rotate | delete <key>.')
    return known.work(args, services, say, signal, author)
  },
}
