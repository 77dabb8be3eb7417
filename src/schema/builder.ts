import SchemaBuilder from '@pothos/core'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import type { PrismaClient } from '../../prisma/generated/client/client.ts'
import type PrismaTypes from '../../prisma/generated/pothos-types.ts'
import { getDatamodel } from '../../prisma/generated/pothos-types.ts'
import { ApiError } from '../lib/errors.ts'
import type { Context } from '../resolvers/context.ts'
import { forbidden, type Scopes, scopeNeeded, scopesOf } from './forbidden.ts'
import { pagePart } from './sql-field.ts'

/** The one Pothos builder: fields are non-null unless they say otherwise, and every mutation is refused unless it says who may call it. */
export const builder = new SchemaBuilder<{
  Context: Context
  PrismaTypes: PrismaTypes
  AuthScopes: Scopes
  DefaultFieldNullability: false
  DefaultEdgesNullability: { list: false; items: false }
  DefaultNodeNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    BigInt: { Input: bigint; Output: bigint }
    JSON: { Input: unknown; Output: unknown }
    TimeZone: { Input: string; Output: string }
  }
}>({
  plugins: [ScopeAuthPlugin, PrismaPlugin, RelayPlugin],
  defaultFieldNullability: false,
  // Its plugin makes no other calls than those that are there.
  prisma: { client: ({ prisma }) => prisma as PrismaClient, dmmf: getDatamodel(), exposeDescriptions: false },
  relay: {
    edgesFieldOptions: { nullable: { list: false, items: false }, extensions: pagePart('rows') },
    nodesOnConnection: { extensions: pagePart('rows') },
    nodeFieldOptions: { nullable: false, extensions: pagePart('itself') },
    pageInfoFieldOptions: { extensions: pagePart('itself') },
    cursorFieldOptions: { extensions: pagePart('cursor') },
    startCursorFieldOptions: { extensions: pagePart('startCursor') },
    endCursorFieldOptions: { extensions: pagePart('endCursor') },
    hasNextPageFieldOptions: { extensions: pagePart('hasNextPage') },
    hasPreviousPageFieldOptions: { extensions: pagePart('hasPreviousPage') },
  },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: ({ identity }) => scopesOf(identity),
    unauthorizedError: (_parent, { identity }, { parentType, fieldName }, { failure }) => {
      const field = `${parentType.name}.${fieldName}`
      const needed = scopeNeeded(failure)
      return needed === undefined
        ? new ApiError('FORBIDDEN', `${field} is open to no role.`)
        : forbidden(field, needed, scopesOf(identity))
    },
  },
})

builder.queryType({})
builder.mutationType({ authScopes: () => false })

/** The options of a mutation for operators, and for admins with them. */
export const operatorMutation = { skipTypeScopes: true, authScopes: { operator: true } } as const
/** The options of a mutation for admins only. */
export const adminMutation = { skipTypeScopes: true, authScopes: { admin: true } } as const
