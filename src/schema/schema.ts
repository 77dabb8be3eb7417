import { type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql'
import './scalars.ts'
import './node.ts'
import './api-keys.ts'
import './audit-log.ts'
import './channel.ts'
import './chat-archives.ts'
import './chat.ts'
import './claim-mutations.ts'
import './claims.ts'
import './configuration.ts'
import './event-subscriptions.ts'
import './live.ts'
import './me.ts'
import './series.ts'
import './session.ts'
import './status-event.ts'
import './timeline.ts'
import './tracking.ts'
import './trust.ts'
import './webhook-inbox.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import type { Context } from '../resolvers/context.ts'
import { hasScopedArguments, requireScopes } from './argument-scopes.ts'
import { builder, scopesOf } from './builder.ts'
import { usePlatforms } from './enums.ts'

type Field = ReturnType<GraphQLObjectType['getFields']>[string]
type Resolve = GraphQLFieldResolver<unknown, Context>

/**
 * Resolvers fail by a promise. Where one throws, graphql-js gives up the list around it at once and forgets the promises of
 * the entries before: one of these that fails as well would then end the process as a rejection that nobody handles.
 */
const failLater = (field: Field): void => {
  const { resolve } = field
  if (!resolve) return
  field.resolve = (...args) => {
    try {
      return resolve(...args)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

/** A field refuses what its caller may not ask with before anything is asked of a store. */
const refuseScopedArguments = (parent: string, field: Field): void => {
  if (!hasScopedArguments(field)) return
  const guarded = (resolve: Resolve): Resolve => {
    return (source, args, context, info) => {
      requireScopes(parent, field, args, scopesOf(context.identity))
      return resolve(source, args, context, info)
    }
  }
  if (field.subscribe) field.subscribe = guarded(field.subscribe)
  else if (field.resolve) field.resolve = guarded(field.resolve)
}

/** The executable schema of everything above, with the platforms of the registry; a new one at every call. */
export const buildSchema = (registry = builtInPlatforms): GraphQLSchema => {
  usePlatforms(registry)
  const schema = builder.toSchema()
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType))
    for (const field of Object.values(type.getFields())) {
      refuseScopedArguments(type.name, field)
      failLater(field)
    }
  return schema
}
