/** The closed list of `extensions.code` values that an answer may carry, besides those of GraphQL itself. */
export const errorCodes = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BUCKET_LIMIT_EXCEEDED',
  'COST_LIMIT_EXCEEDED',
  'RATE_LIMITED',
  'OPERATION_NOT_ALLOWED',
  'UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** The codes by which GraphQL itself refuses a document. */
export const graphqlErrorCodes = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'] as const

/** Every code that an answer may carry. */
export type AnswerCode = ErrorCode | (typeof graphqlErrorCodes)[number]

const answerCodes: ReadonlySet<unknown> = new Set([...errorCodes, ...graphqlErrorCodes])

/** Whether it is a code that an answer may carry. */
export const isAnswerCode = (code: unknown): code is AnswerCode => answerCodes.has(code)

/** An expected failure whose message may be shown to the caller: one sentence that names the argument and the allowed range. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly extensions: Record<string, unknown>

  constructor(code: ErrorCode, message: string, extensions: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ApiError'
    this.code = code
    this.extensions = extensions
  }
}

/** A caller's value is outside what the argument allows. */
export const badInput = (message: string): ApiError => new ApiError('BAD_USER_INPUT', message)

/** A store or platform does not answer now; the same call may succeed later. */
export const unavailable = (message: string, cause?: unknown): ApiError =>
  new ApiError('UNAVAILABLE', message, {}, cause === undefined ? undefined : { cause })

/** Whether it is the reason of work that was told to stop. */
export const isAbort = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === 'AbortError'

const longestText = 500

const textWithin = (thrown: unknown, depth: number): string => {
  if (typeof thrown !== 'object' || thrown === null) return thrown == null ? '' : String(thrown)
  const { message, value, errors, cause } = thrown as Record<string, unknown>
  if (depth > 0) {
    const parts = [message, value, ...(Array.isArray(errors) ? errors : []), cause]
    const inner = parts.map((part) => textWithin(part, depth - 1)).filter(Boolean)
    // The first says it; several errors at once say it together.
    if (inner.length > 0) return typeof message === 'string' && message !== '' ? message : inner.join('; ')
  }
  if (thrown instanceof Error) return thrown.name
  try {
    return JSON.stringify(thrown) ?? ''
  } catch {
    return ''
  }
}

/**
 * What an unknown value says that was thrown, or stored as the reason of a failure: its message, wherever it is kept, else the value
 * itself. Never empty and never "[object Object]"; of a value without a message at most 500 characters.
 */
export const reasonText = (thrown: unknown): string => {
  const text = textWithin(thrown, 4)
  if (thrown instanceof Error && text === thrown.message) return text
  return text.slice(0, longestText) || 'no reason was given'
}

/** The same as the end of a sentence, which brings its own full stop. */
export const reasonClause = (thrown: unknown): string => reasonText(thrown).replace(/\.$/, '')

/** A wrong setting: the process can not start, and the message is the one line the operator needs. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

/** A command line that says what no command takes: the message is the one line that its author needs. */
export class UsageError extends ConfigError {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
