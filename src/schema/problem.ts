import type { ObjectParam } from '@pothos/core'
import type { InvalidInput, NotFound, NotOnPlatform, PlatformUnavailable } from '../resolvers/problems.ts'
import { builder } from './builder.ts'

/** What every expected failure of a mutation has. */
export const Problem = builder.interfaceRef<{ code: string; message: string }>('Problem').implement({
  description: 'An expected failure of a mutation.',
  fields: (t) => ({ code: t.exposeString('code'), message: t.exposeString('message') }),
})

export const InvalidInputType = builder.objectRef<InvalidInput>('InvalidInput').implement({
  interfaces: [Problem],
  fields: (t) => ({ argument: t.exposeString('argument') }),
})

export const NotFoundType = builder.objectRef<NotFound>('NotFound').implement({ interfaces: [Problem] })

export const NotOnPlatformType = builder.objectRef<NotOnPlatform>('NotOnPlatform').implement({
  description: 'The platform knows no such handle.',
  interfaces: [Problem],
})

export const PlatformUnavailableType = builder.objectRef<PlatformUnavailable>('PlatformUnavailable').implement({
  interfaces: [Problem],
  fields: (t) => ({ retryAfterSeconds: t.exposeInt('retryAfterSeconds', { nullable: true }) }),
})

/** The union of what a mutation may answer: its success and its expected failures, each with its `__typename`. */
export const resultOf = <Member extends ObjectParam<(typeof builder)['$inferSchemaTypes']>>(
  name: string,
  types: Member[],
) => builder.unionType(name, { types, resolveType: (answer) => (answer as { __typename: string }).__typename })
