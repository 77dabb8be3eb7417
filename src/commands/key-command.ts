import { parseArgs } from 'node:util'
import type { ApiKey } from '../access/api-keys.ts'
import { checkNewKey } from '../access/check-new-key.ts'
import type { Role } from '../access/identity.ts'
import type { Author } from '../audit/record-action.ts'
import { ConfigError, reasonText } from '../lib/errors.ts'
import { isUlid } from '../lib/ids.ts'
import type { Command, CommandServices, Say } from './command.ts'

const usage = [
  'key create --name <text> --role PUBLIC|OPERATOR|ADMIN [--expires <instant>]',
  '                 make an API key and show it, once',
  'key list         list the API keys, never their secrets',
  'key revoke <id>  end an API key, everywhere within five seconds',
]

const roles: readonly Role[] = ['PUBLIC', 'OPERATOR', 'ADMIN']

const readOptions = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: { name: { type: 'string' }, role: { type: 'string' }, expires: { type: 'string' } },
      allowPositionals: false,
    }).values
  } catch (error) {
    throw new ConfigError(`${reasonText(error).split('.')[0]}: use --name, --role and --expires.`)
  }
}

const instantOf = (text: string): Date => {
  const full = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/.test(full) || Number.isNaN(Date.parse(full)))
    throw new ConfigError('--expires must be an instant in UTC like 2026-11-22T13:00:00Z or a day like 2026-11-22.')
  return new Date(full)
}

type Work = (args: readonly string[], services: CommandServices, say: Say, author: Author) => Promise<boolean>

const create: Work = async (args, { keys, clock }, say, author) => {
  const options = readOptions(args)
  const role = roles.find((one) => one === options.role?.toUpperCase())
  if (options.name === undefined || role === undefined)
    throw new ConfigError(`key create needs --name and --role, one of ${roles.join(', ')}.`)
  const expiresAt = options.expires === undefined ? null : instantOf(options.expires)
  const wanted = { name: options.name.trim(), role, expiresAt }
  const wrong = checkNewKey(wanted, clock())
  if (wrong) throw new ConfigError(wrong.message.replace('expiresAt', '--expires').replace(/^name/, '--name'))
  const { key, secret } = await keys.create(author, wanted)
  say(`${key.id}  ${key.role}  ${key.name}`)
  say(secret)
  say('Keep it now: it is not shown again.')
  return true
}

const minute = (instant: Date): string => `${instant.toISOString().slice(0, 16)}Z`

const stateOf = ({ revokedAt, expiresAt }: ApiKey, now: number): string => {
  if (revokedAt) return `revoked ${minute(revokedAt)}`
  if (!expiresAt) return 'valid'
  return `${expiresAt.getTime() <= now ? 'expired' : 'valid until'} ${minute(expiresAt)}`
}

const list: Work = async (args, { keys, clock }, say) => {
  if (args.length > 0) throw new ConfigError('Usage: channelscope key list.')
  const all = await keys.list()
  for (const key of all) {
    const used = key.lastUsedAt ? `used ${minute(key.lastUsedAt)}` : 'never used'
    say(`${key.id}  ${key.role.padEnd(8)}  ${stateOf(key, clock())}  ${used}  ${key.name}`)
  }
  say(`${all.length} API keys`)
  return true
}

const revoke: Work = async ([id, ...others], { keys }, say, author) => {
  if (id === undefined || others.length > 0) throw new ConfigError('Usage: channelscope key revoke <id>.')
  const key = isUlid(id) ? await keys.revoke(author, id) : null
  say(key ? `${key.id}  ${key.name}: revoked ${minute(key.revokedAt!)}` : 'There is no API key with this id.')
  return key !== null
}

const works: Record<string, Work> = { create, list, revoke }

/** Makes, lists and revokes API keys. */
export const keyCommand: Command = {
  name: 'key',
  usage,
  // What it changes is recorded together with the change.
  changes: () => false,
  async run([what = '', ...args], services, say, _signal, author) {
    const work = Object.hasOwn(works, what) ? works[what]! : undefined
    if (!work) throw new ConfigError('Usage: channelscope key create | list | revoke.')
    return work(args, services, say, author)
  },
}
