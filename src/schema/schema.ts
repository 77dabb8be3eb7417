import { type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql'
import './scalars.ts'
import './node.ts'
import './alert-deliveries.ts'
import './alert-rules.ts'
import './alert-targets.ts'
import './api-keys.ts'
import './audit-log.ts'
import './bans.ts'
import './channel.ts'
import './channel-moment.ts'
import './channel-search.ts'
import './chat-archives.ts'
import './chat.ts'
import './chatters.ts'
import './claim-mutations.ts'
import './claims.ts'
import './configuration.ts'
import './count-series.ts'
import './erasing.ts'
import './event-subscriptions.ts'
import './live.ts'
import './lost-deliveries.ts'
import './me.ts'
import './operations.ts'
import './operations-mutations.ts'
import './rankings.ts'
import './renames.ts'
import './scrape-log.ts'
import './series.ts'
import './session.ts'
import './settings.ts'
import './status-event.ts'
import './timeline.ts'
import './totals.ts'
import './tracking.ts'
import './trust.ts'
import './viewers-now.ts'
import './webhook-inbox.ts'
import './webhook-statistics.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import type { Context } from '../resolvers/context.ts'
import { hasScopedArguments, requireScopes } from './argument-scopes.ts'
import { builder } from './builder.ts'
import { describeSchema } from './describe-schema.ts'
import { usePlatforms } from './enums.ts'
import { scopesOf } from './forbidden.ts'
import { takesInstants, withInstants } from './relative-instants.ts'

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

/** A field that takes instants sees those that were told from now as instants: "now" is one instant in all of an execution. */
const placeInstants = (field: Field): void => {
  if (!takesInstants(field)) return
  const placing = (resolve: Resolve): Resolve => {
    return (source, args, context, info) => resolve(source, withInstants(args, context.now), context, info)
  }
  if (field.subscribe) field.subscribe = placing(field.subscribe)
  if (field.resolve) field.resolve = placing(field.resolve)
}

/** The executable schema of everything above, with the platforms of the registry; a new one at every call. */
export const buildSchema = (registry = builtInPlatforms): GraphQLSchema => {
  usePlatforms(registry)
  const schema = builder.toSchema()
  describeSchema(schema)
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType))
    for (const field of Object.values(type.getFields())) {
      placeInstants(field)
      refuseScopedArguments(type.name, field)
      failLater(field)
    }
  return schema
}
