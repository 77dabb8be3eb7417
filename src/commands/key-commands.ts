import { z } from 'zod'
import type { ApiKey } from '../access/api-keys.ts'
import { checkNewKey } from '../access/check-new-key.ts'
import type { Role } from '../access/identity.ts'
import { ConfigError, UsageError } from '../lib/errors.ts'
import { isUlid } from '../lib/ids.ts'
import { storeCommand } from './store-command.ts'
import { instant, oneOf, text } from './values.ts'
import { instantOrNull, minute } from './words.ts'

const roles = ['PUBLIC', 'OPERATOR', 'ADMIN'] as const satisfies readonly Role[]

const create = storeCommand({
  name: 'key create',
  summary: 'make an API key and show it, once',
  options: {
    name: { about: 'what it is called', value: text('<text>'), required: true },
    role: { about: 'what it may do', value: oneOf(roles), required: true },
    expires: { about: 'when it ends; without it never', value: instant },
  },
  examples: [
    {
      call: 'key create --name "The panel" --role OPERATOR --expires 2027-01-01',
      about: 'a key that works until the end of 2026',
    },
  ],
  result: z.object({
    id: z.string().describe('its id, by which it is revoked'),
    name: z.string().describe('what it is called'),
    role: z.enum(roles).describe('what it may do'),
    expiresAt: z.iso.datetime().nullable().describe('when it ends; null for never'),
    secret: z.string().describe('the key itself, which is shown only now'),
  }),
  async run({ name, role, expires = null }, { services: { keys, clock }, say, tell, author }) {
    const wanted = { name: name.trim(), role, expiresAt: expires }
    const wrong = checkNewKey(wanted, clock())
    if (wrong) throw new UsageError(wrong.message.replace('expiresAt', '--expires').replace(/^name/, '--name'))
    const { key, secret } = await keys.create(author, wanted)
    tell({ id: key.id, name: key.name, role: key.role, expiresAt: instantOrNull(key.expiresAt), secret }, [
      `${key.id}  ${key.role}  ${key.name}`,
      secret,
    ])
    say('Keep it now: it is not shown again.')
    return true
  },
})

const stateOf = ({ revokedAt, expiresAt }: ApiKey, now: number): string => {
  if (revokedAt) return `revoked ${minute(revokedAt)}`
  if (!expiresAt) return 'valid'
  return `${expiresAt.getTime() <= now ? 'expired' : 'valid until'} ${minute(expiresAt)}`
}

const list = storeCommand({
  name: 'key list',
  summary: 'list the API keys, never their secrets',
  examples: [{ call: 'key list', about: 'which keys there are, and when each was last used' }],
  result: z.object({
    id: z.string().describe('its id'),
    name: z.string().describe('what it is called'),
    role: z.enum(roles).describe('what it may do'),
    createdAt: z.iso.datetime().describe('when it was made'),
    expiresAt: z.iso.datetime().nullable().describe('when it ends; null for never'),
    lastUsedAt: z.iso.datetime().nullable().describe('when it was last used; null for never'),
    revokedAt: z.iso.datetime().nullable().describe('when it was revoked; null where it was not'),
  }),
  async run(_, { services: { keys, clock }, say, tell }) {
    const all = await keys.list()
    for (const key of all) {
      const used = key.lastUsedAt ? `used ${minute(key.lastUsedAt)}` : 'never used'
      const { id, name, role } = key
      tell(
        {
          id,
          name,
          role,
          createdAt: key.createdAt.toISOString(),
          expiresAt: instantOrNull(key.expiresAt),
          lastUsedAt: instantOrNull(key.lastUsedAt),
          revokedAt: instantOrNull(key.revokedAt),
        },
        `${id}  ${role.padEnd(8)}  ${stateOf(key, clock())}  ${used}  ${name}`,
      )
    }
    say(`${all.length} API keys`)
    return true
  },
})

const revoke = storeCommand({
  name: 'key revoke',
  summary: 'revoke an API key: all nodes refuse it within five seconds',
  arguments: { id: { about: 'its id, as key list has it', value: text('<id>'), required: true } },
  examples: [{ call: 'key revoke 01KB3V5ZJ2M6Q8X0C4W7T9R1AD', about: 'end a key for good' }],
  result: z.object({
    id: z.string().describe('its id'),
    name: z.string().describe('what it is called'),
    revokedAt: z.iso.datetime().describe('when it was revoked'),
  }),
  async run({ id }, { services: { keys }, tell, author }) {
    const key = isUlid(id) ? await keys.revoke(author, id) : null
    if (!key?.revokedAt) throw new ConfigError('There is no API key with this id: channelscope key list has them.')
    const { name, revokedAt } = key
    tell({ id, name, revokedAt: revokedAt.toISOString() }, `${id}  ${name}: revoked ${minute(revokedAt)}`)
    return true
  },
})

/** Make, list and revoke API keys. What they change is recorded together with the change. */
export const keyCommands = [create, list, revoke]
