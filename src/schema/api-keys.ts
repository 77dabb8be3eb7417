import type { ApiKey } from '../access/api-keys.ts'
import {
  type CreateApiKeySuccess,
  createApiKey,
  type RevokeApiKeySuccess,
  revokeApiKey,
} from '../resolvers/api-keys.ts'
import { adminMutation, builder } from './builder.ts'
import { RoleEnum } from './enums.ts'
import { InvalidInputType, NotFoundType, resultOf } from './problem.ts'

const ApiKeyType = builder.objectRef<ApiKey>('ApiKey').implement({
  description: 'A key that callers send, as those who administer it see it.',
  authScopes: { admin: true },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A ULID.' }),
    name: t.exposeString('name'),
    role: t.expose('role', { type: RoleEnum }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdBy: t.exposeString('createdBy', { description: 'Who made it, as the audit log calls them.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'Null: never by itself.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'To the minute.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
  }),
})

const CreateApiKeySuccessType = builder.objectRef<CreateApiKeySuccess>('CreateApiKeySuccess').implement({
  authScopes: { admin: true },
  fields: (t) => ({
    key: t.expose('key', { type: ApiKeyType }),
    secret: t.exposeString('secret', {
      description: 'What callers send as "Authorization: Bearer <secret>". It is shown here and never again.',
    }),
  }),
})

const RevokeApiKeySuccessType = builder.objectRef<RevokeApiKeySuccess>('RevokeApiKeySuccess').implement({
  authScopes: { admin: true },
  fields: (t) => ({ key: t.expose('key', { type: ApiKeyType }) }),
})

builder.queryField('apiKeys', (t) =>
  t.field({
    type: [ApiKeyType],
    description: 'Those in force first, then newest first; at most 1000.',
    authScopes: { admin: true },
    extensions: { listSize: () => 1_000 },
    resolve: (_, _args, { access }) => access.keys.list(),
  }),
)

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: resultOf('CreateApiKeyResult', [CreateApiKeySuccessType, InvalidInputType]),
    description: 'Makes a key for callers; only its digest is stored.',
    ...adminMutation,
    args: {
      name: t.arg.string({ required: true, description: '1 to 100 characters, without control characters.' }),
      role: t.arg({
        type: RoleEnum,
        required: true,
        description: 'What its callers may do; PUBLIC is for those who need a key only to be told apart.',
      }),
      expiresAt: t.arg({ type: 'DateTime', description: 'In the future; left out, it is valid until it is revoked.' }),
    },
    resolve: (_, args, context) => createApiKey(context, args),
  }),
  revokeApiKey: t.field({
    type: resultOf('RevokeApiKeyResult', [RevokeApiKeySuccessType, NotFoundType]),
    description: 'Ends a key for good, everywhere within five seconds; open connections with it are closed.',
    ...adminMutation,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, args, context) => revokeApiKey(context, args),
  }),
}))
