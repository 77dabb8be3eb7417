import type { ApiKey } from '../access/api-keys.ts'
import { checkNewKey } from '../access/check-new-key.ts'
import type { Role } from '../access/identity.ts'
import { UsageError } from '../lib/errors.ts'
import { isUlid } from '../lib/ids.ts'
import { storeCommand } from './store-command.ts'
import { instant, oneOf, text } from './values.ts'

const roles: readonly Role[] = ['PUBLIC', 'OPERATOR', 'ADMIN']

const create = storeCommand({
  name: 'key create',
  summary: 'make an API key and show it, once',
  options: {
    name: { about: 'what it is called', value: text('<text>'), required: true },
    role: { about: 'what it may do', value: oneOf(roles), required: true },
    expires: { about: 'when it ends; without it never', value: instant },
  },
  async run({ name, role, expires = null }, { services: { keys, clock }, say, author }) {
    const wanted = { name: name.trim(), role, expiresAt: expires }
    const wrong = checkNewKey(wanted, clock())
    if (wrong) throw new UsageError(wrong.message.replace('expiresAt', '--expires').replace(/^name/, '--name'))
    const { key, secret } = await keys.create(author, wanted)
    say(`${key.id}  ${key.role}  ${key.name}`)
    say(secret)
    say('Keep it now: it is not shown again.')
    return true
  },
})

const minute = (instant: Date): string => `${instant.toISOString().slice(0, 16)}Z`

const stateOf = ({ revokedAt, expiresAt }: ApiKey, now: number): string => {
  if (revokedAt) return `revoked ${minute(revokedAt)}`
  if (!expiresAt) return 'valid'
  return `${expiresAt.getTime() <= now ? 'expired' : 'valid until'} ${minute(expiresAt)}`
}

const list = storeCommand({
  name: 'key list',
  summary: 'list the API keys, never their secrets',
  async run(_, { services: { keys, clock }, say }) {
    const all = await keys.list()
    for (const key of all) {
      const used = key.lastUsedAt ? `used ${minute(key.lastUsedAt)}` : 'never used'
      say(`${key.id}  ${key.role.padEnd(8)}  ${stateOf(key, clock())}  ${used}  ${key.name}`)
    }
    say(`${all.length} API keys`)
    return true
  },
})

const revoke = storeCommand({
  name: 'key revoke',
  summary: 'revoke an API key: all nodes refuse it within five seconds',
  arguments: { id: { about: 'its id, as key list has it', value: text('<id>'), required: true } },
  async run({ id }, { services: { keys }, say, author }) {
    const key = isUlid(id) ? await keys.revoke(author, id) : null
    say(key ? `${key.id}  ${key.name}: revoked ${minute(key.revokedAt!)}` : 'There is no API key with this id.')
    return key !== null
  },
})

/** Make, list and revoke API keys. What they change is recorded together with the change. */
export const keyCommands = [create, list, revoke]
