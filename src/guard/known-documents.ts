import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate, visit } from 'graphql'
import type { TrustMode } from '../config/access-variables.ts'
import type { AnswerCode } from '../lib/errors.ts'
import { createDocumentCache } from './document-cache.ts'
import { brokenLimit, documentLimits, hasTooManyTokens, isBlank } from './document-limits.ts'
import { requestError } from './request-errors.ts'
import { type DocumentName, namedDocument, namesDocument, type TrustedOperations } from './trusted-operations.ts'

/** What is known of a document, the same for every caller. */
type KnownDocument = {
  /** Undefined where it could not be parsed or is too large. */
  document?: DocumentNode
  /** Why it is not executed; empty where it may be. */
  errors: readonly GraphQLError[]
  /** Whether it asks for the schema. */
  introspects: boolean
}

export type KnownDocumentsOptions = {
  schema: GraphQLSchema
  operations?: TrustedOperations
  trust?: TrustMode
}

const coded = (error: GraphQLError, code: AnswerCode, status?: number): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code, ...(status && { http: { status } }), ...error.extensions },
  })

const parseDocument = (text: string, maxTokens: number | undefined): DocumentNode | GraphQLError => {
  try {
    return parse(text, { maxTokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    if (maxTokens !== undefined && hasTooManyTokens(text))
      return requestError(`The document has more than ${maxTokens} tokens.`, 'COST_LIMIT_EXCEEDED')
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

const notAllowed = (message: string): KnownDocument => ({
  errors: [requestError(message, 'OPERATION_NOT_ALLOWED', 400)],
  introspects: false,
})

const unknownName = notAllowed('There is no trusted operation of this id.')
const untrusted = notAllowed('Only trusted operations are executed here, and this is none of them.')

/** Parses and validates each document of a schema once: those sent lately and all trusted ones are remembered. */
export const createKnownDocuments = (options: KnownDocumentsOptions) => {
  const { schema, operations = new Map(), trust = 'off' } = options
  const sent = createDocumentCache<KnownDocument>()
  // Trusted ones are examined when they are first met.
  const trusted = new Map<string, KnownDocument | null>()
  if (trust !== 'off') for (const text of operations.values()) trusted.set(text, null)

  const examine = (text: string, isTrusted = false): KnownDocument => {
    const document = parseDocument(text, isTrusted ? undefined : documentLimits.tokens)
    if (document instanceof GraphQLError) return { errors: [document], introspects: false }
    // Before validation, whose own cost grows with what the limits bound.
    const limit = isTrusted ? null : brokenLimit(document)
    if (limit) return { errors: [limit], introspects: false }
    const errors = validate(schema, document, undefined, { maxErrors: 10, hideSuggestions: true })
    return {
      document,
      errors: errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')),
      introspects: introspects(document),
    }
  }
  const examineSent = (text: string) => examine(text)

  return {
    /** The document that a request sends or names; one that may not be executed comes with the reason. */
    of(request: DocumentName & { query: string }): KnownDocument {
      // A protocol that asks for a query is given an empty one.
      const text = request.query === '' && namesDocument(request) ? namedDocument(operations, request) : request.query
      if (text === undefined) return unknownName
      const known = trusted.get(text)
      if (known) return known
      if (known === undefined) return trust === 'only' ? untrusted : sent.get(text, examineSent)
      const examined = examine(text, true)
      trusted.set(text, examined)
      return examined
    },
  }
}
