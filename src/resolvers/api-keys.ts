import type { ApiKey } from '../access/api-keys.ts'
import { checkNewKey } from '../access/check-new-key.ts'
import type { Role } from '../access/identity.ts'
import { isUlid } from '../lib/ids.ts'
import type { Context } from './context.ts'
import { type InvalidInput, invalidInput, type NotFound, notFound } from './problems.ts'

export type CreateApiKeySuccess = { __typename: 'CreateApiKeySuccess'; key: ApiKey; secret: string }
export type RevokeApiKeySuccess = { __typename: 'RevokeApiKeySuccess'; key: ApiKey }

/** Makes a key; only this answer contains its secret. */
export const createApiKey = async (
  context: Context,
  args: { name: string; role: Role; expiresAt?: Date | null },
): Promise<CreateApiKeySuccess | InvalidInput> => {
  const wanted = { ...args, name: args.name.trim() }
  const wrong = checkNewKey(wanted, context.clock())
  if (wrong) return invalidInput(wrong.argument, wrong.message)
  return { __typename: 'CreateApiKeySuccess', ...(await context.access.keys.create(context, wanted)) }
}

/** Ends a key for good. Repeating it changes nothing. */
export const revokeApiKey = async (
  context: Context,
  { id }: { id: string },
): Promise<RevokeApiKeySuccess | NotFound> => {
  const key = isUlid(id) ? await context.access.keys.revoke(context, id) : null
  return key ? { __typename: 'RevokeApiKeySuccess', key } : notFound('There is no API key with this id.')
}
