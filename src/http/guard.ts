import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
  visit,
} from 'graphql'
import type { Identity } from '../access/identity.ts'
import { type Cost, costOf, maximumCost } from './cost.ts'
import { createDocumentCache } from './document-cache.ts'
import { brokenLimit, documentLimits, hasTooManyTokens } from './document-limits.ts'

/** An operation as a caller asks for it, whatever the transport. */
export type GraphqlRequest = {
  query: string
  operationName?: string | null
  variables?: Record<string, unknown> | null
}

/** An operation that may be executed. */
export type Prepared = {
  document: DocumentNode
  operation: OperationDefinitionNode
  /** As they came; the execution coerces them. */
  variables: Record<string, unknown>
  cost: Cost
}

/** Why an operation is not executed. */
export type Refused = { errors: readonly GraphQLError[]; cost: Cost }

/** Who asks, and from where. */
export type Caller = {
  identity: Identity
  /** The address that limits count for; empty where there is none. */
  address: string
}

export type GuardOptions = {
  schema: GraphQLSchema
  /** Who may ask for the schema. */
  introspection: 'on' | 'admin' | 'off'
}

/** Decides, the same on every transport, whether an operation is executed. No statement runs before it has agreed. */
export type Guard = {
  readonly schema: GraphQLSchema
  prepare(request: GraphqlRequest, caller: Caller): Prepared | Refused
  /** Whether this caller may ask for the schema. */
  mayIntrospect(identity: Identity): boolean
}

type Known = { document?: DocumentNode; errors: readonly GraphQLError[]; introspects: boolean }

const refusal = (message: string, code: string, status?: number): GraphQLError =>
  new GraphQLError(message, { extensions: { code, ...(status && { http: { status } }) } })

const coded = (error: GraphQLError, code: string, status?: number): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code, ...(status && { http: { status } }), ...error.extensions },
  })

/** Ignores what GraphQL ignores: white space, commas and comments. */
const isBlank = (text: string): boolean => /^(?:[\s,\uFEFF]|#[^\n\r]*)*$/.test(text)

const parseDocument = (text: string): DocumentNode | GraphQLError => {
  try {
    return parse(text, { maxTokens: documentLimits.tokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    if (hasTooManyTokens(text))
      return refusal(`The document has more than ${documentLimits.tokens} tokens.`, 'COST_LIMIT_EXCEEDED')
    return coded(error, 'GRAPHQL_PARSE_FAILED', isBlank(text) ? 400 : undefined)
  }
}

const introspects = (document: DocumentNode): boolean => {
  let found = false
  visit(document, {
    Field(node) {
      if (node.name.value === '__schema' || node.name.value === '__type') found = true
    },
  })
  return found
}

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
    return refusal('operationName must name one of the operations of the document.', 'BAD_USER_INPUT', 400)
  }
  return (
    operations.find((node) => node.name?.value === name) ??
    refusal('operationName names no operation of the document.', 'BAD_USER_INPUT', 400)
  )
}

/** A guard whose parsed and validated documents are remembered for all transports together. */
export const createGuard = ({ schema, introspection }: GuardOptions): Guard => {
  const documents = createDocumentCache<Known>()
  const mayIntrospect = ({ role }: Identity) =>
    introspection === 'on' || (introspection === 'admin' && role === 'ADMIN')

  const examine = (text: string): Known => {
    const document = parseDocument(text)
    if (document instanceof GraphQLError) return { errors: [document], introspects: false }
    // Before validation, whose own cost grows with what the limits bound.
    const limit = brokenLimit(document)
    if (limit) return { errors: [limit], introspects: false }
    const errors = validate(schema, document, undefined, { maxErrors: 10 })
    return {
      document,
      errors: errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')),
      introspects: introspects(document),
    }
  }

  return {
    schema,
    mayIntrospect,
    prepare({ query, operationName, variables }, { identity }) {
      const refused = (errors: readonly GraphQLError[], requested = 0): Refused => ({
        errors,
        cost: { requested, maximum: maximumCost },
      })
      const known = documents.get(query, examine)
      if (known.introspects && !mayIntrospect(identity))
        return refused([refusal('The schema is not shown to this caller.', 'GRAPHQL_VALIDATION_FAILED')])
      if (!known.document || known.errors.length > 0) return refused(known.errors)
      const operation = chosenOperation(known.document, operationName)
      if (operation instanceof GraphQLError) return refused([operation])
      if (holdsBrokenNumber(variables))
        return refused([refusal('variables must send whole numbers beyond 2^53 as strings.', 'BAD_USER_INPUT')])
      const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 10 })
      if (values.errors) return refused(values.errors.map((error) => coded(error, 'BAD_USER_INPUT')))
      const requested = costOf(schema, known.document, operation, values.coerced)
      if (requested > maximumCost)
        return refused(
          [
            refusal(
              `The operation costs ${requested}, more than the maximum of ${maximumCost}.`,
              'COST_LIMIT_EXCEEDED',
            ),
          ],
          requested,
        )
      return {
        document: known.document,
        operation,
        variables: variables ?? {},
        cost: { requested, maximum: maximumCost },
      }
    },
  }
}
