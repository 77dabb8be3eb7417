import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql'
import type { Caller } from '../access/identity.ts'
import { everybody, type Identity } from '../access/identity.ts'
import { defaultRates } from '../config/access-variables.ts'
import type { Clock } from '../lib/clock.ts'
import { ApiError } from '../lib/errors.ts'
import { withInstants } from '../schema/relative-instants.ts'
import { createCachedCost } from './cached-cost.ts'
import { createCoerceVariables } from './coerce-variables.ts'
import { type Cost, type CountChannels, maximumCost } from './cost.ts'
import { createKnownDocuments, type KnownDocumentsOptions } from './known-documents.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'
import { rateLimitError, requestError } from './request-errors.ts'

/** An operation as a caller asks for it, whatever the transport. */
export type GraphqlRequest = {
  /** The document; empty where one of the other two names a trusted operation. */
  query: string
  documentId?: unknown
  extensions?: unknown
  operationName?: string | null
  variables?: Record<string, unknown> | null
}

/** An operation that may be executed. */
export type Prepared = {
  document: DocumentNode
  operation: OperationDefinitionNode
  /** As they came; the execution coerces them. */
  variables: Record<string, unknown>
  coerced: Record<string, unknown>
  cost: Cost
}

/** Why an operation is not executed. */
export type Refused = { errors: readonly GraphQLError[]; cost: Cost }

export type GuardOptions = KnownDocumentsOptions & {
  /** Who may ask for the schema. */
  introspection: 'on' | 'admin' | 'off'
  /** Absent, that of the defaults. */
  rateLimit?: RateLimit
  /** How many channels there are; absent, none. */
  channels?: CountChannels
  clock: Clock
}

/** Decides, the same on every transport, whether an operation is executed. No statement runs before it has agreed. */
export type Guard = {
  readonly schema: GraphQLSchema
  prepare(request: GraphqlRequest, caller: Caller): Prepared | Refused
  /** Whether this caller is shown the page that explores the schema. */
  showsExplorer(identity: Identity): boolean
  /** Counts a connection like a request from the address; 0, or after how many seconds the address may try again. */
  admit(address: string): number
}

/** An operation counts as one request, and one more for every so much that it costs. */
const costOfOneRequest = 1_000

/** Whether a value holds a whole number that JSON could not carry exactly: an id of 64 bits sent without quotes. */
const holdsBrokenNumber = (value: unknown): boolean => {
  // A list and no recursion: callers choose how deep their variables are.
  const pending = [value]
  while (pending.length > 0) {
    const one = pending.pop()
    if (Number.isInteger(one) && !Number.isSafeInteger(one)) return true
    if (typeof one === 'object' && one !== null) for (const part of Object.values(one)) pending.push(part)
  }
  return false
}

/** The operation to execute, or why there is none. */
const chosenOperation = (
  document: DocumentNode,
  name: string | null | undefined,
): OperationDefinitionNode | GraphQLError => {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  if (name == null || name === '') {
    if (operations.length === 1) return operations[0]!
    return requestError('operationName must name one of the operations of the document.', 'BAD_USER_INPUT', 400)
  }
  return (
    operations.find((node) => node.name?.value === name) ??
    requestError('operationName names no operation of the document.', 'BAD_USER_INPUT', 400)
  )
}

const told = (error: ApiError): GraphQLError => new GraphQLError(error.message, { originalError: error })

const coded = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, { nodes: error.nodes, extensions: { code: 'BAD_USER_INPUT' } })

/** A guard whose parsed and validated documents are remembered, and whose callers are counted, for all transports together. */
export const createGuard = (options: GuardOptions): Guard => {
  const { schema, introspection, trust, clock, rateLimit = createRateLimit(defaultRates) } = options
  const documents = createKnownDocuments(options)
  const costOf = createCachedCost(schema, options.channels)
  const coerce = createCoerceVariables(schema)
  const mayIntrospect = ({ role }: Identity) =>
    introspection === 'on' || (introspection === 'admin' && role === 'ADMIN')

  /** The cost, or why it is too much whatever it is. */
  const reckon = (...operation: Parameters<typeof costOf>) => {
    try {
      return costOf(...operation)
    } catch (error) {
      if (error instanceof ApiError) return told(error)
      throw error
    }
  }

  return {
    schema,
    showsExplorer: (identity) => trust !== 'only' && mayIntrospect(identity),
    admit: (address) => rateLimit.spend({ identity: everybody, address }, 1),
    prepare(request, caller) {
      const refused = (errors: readonly GraphQLError[], requested = 0): Refused => ({
        errors,
        cost: { requested, maximum: maximumCost },
      })
      const wait = rateLimit.spend(caller, 1)
      if (wait > 0) return refused([told(rateLimitError(wait))])
      const known = documents.of(request)
      if (known.introspects && !mayIntrospect(caller.identity))
        return refused([requestError('The schema is not shown to this caller.', 'GRAPHQL_VALIDATION_FAILED')])
      if (!known.document || known.errors.length > 0) return refused(known.errors)
      const operation = chosenOperation(known.document, request.operationName)
      if (operation instanceof GraphQLError) return refused([operation])
      const variables = request.variables ?? {}
      if (holdsBrokenNumber(variables))
        return refused([requestError('variables must send whole numbers beyond 2^53 as strings.', 'BAD_USER_INPUT')])
      const values = coerce(operation, variables)
      if (values.errors) return refused(values.errors.map(coded))
      const now = clock()
      const coerced = withInstants(values.coerced, now)
      const requested = reckon(known.document, operation, coerced, now)
      if (requested instanceof GraphQLError) return refused([requested])
      if (requested > maximumCost)
        return refused(
          [
            requestError(
              `The operation costs ${requested}, more than the maximum of ${maximumCost}.`,
              'COST_LIMIT_EXCEEDED',
            ),
          ],
          requested,
        )
      const more = Math.floor(requested / costOfOneRequest)
      const waitForMore = more > 0 ? rateLimit.spend(caller, more) : 0
      if (waitForMore > 0) return refused([told(rateLimitError(waitForMore))], requested)
      return {
        document: known.document,
        operation,
        variables,
        coerced,
        cost: { requested, maximum: maximumCost },
      }
    },
  }
}
