const field = (error: unknown, name: string): string => {
  if (typeof error !== 'object' || error === null) return ''
  const value = (error as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : ''
}

/** SQLSTATE of a failed statement, or the system's error code; empty when there is none. */
export const failureCode = (error: unknown): string => field(error, 'code')

/** Name of the constraint a statement violated; empty for other failures. */
export const violatedConstraint = (error: unknown): string =>
  failureCode(error).startsWith('23') ? field(error, 'constraint') : ''

/** Two transactions stood in each other's way: the same work can simply be done again. */
export const isRetriableConflict = (error: unknown): boolean =>
  ['40001', '40P01', '55P03'].includes(failureCode(error)) ||
  // Another transaction took the slug between our look and our write: the next look sees it.
  violatedConstraint(error) === 'streamer_channel_platform_slug_key'

/** The host is not reached; this machine has no file, port or memory left; the server can not use its files, or is a standby. */
const connectionCodes = new Set(
  `ECONNREFUSED ECONNRESET EPIPE ENOTFOUND EAI_AGAIN ETIMEDOUT EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ECONNABORTED
  EMFILE ENFILE ENOBUFS ENOMEM EADDRNOTAVAIL
  58000 58030 25006`.split(/\s+/),
)

/** Classes of SQLSTATE: lost connections, too few resources (disk, memory, connections), interrupted by somebody. */
const unavailableClasses = ['08', '53', '57']

/** The driver reports these without a code. */
const connectionMessages =
  /^(timeout exceeded when trying to connect|timeout expired|Query read timeout|Connection terminated|Client has encountered a connection error|Cannot use a pool after)/

/** A statement got values that are not those of its text: our fault. Poolers use the same code when they can not reach the server. */
const isWrongBind = (error: unknown): boolean => field(error, 'routine') === 'exec_bind_message'

/** The database can not be reached, is starting or stopping, or took longer than it may. */
export const isUnavailable = (error: unknown): boolean => {
  const code = failureCode(error)
  if (isWrongBind(error)) return false
  // Who asked before us has found it out.
  if (code === 'UNAVAILABLE') return true
  if (connectionCodes.has(code) || unavailableClasses.some((start) => code.startsWith(start))) return true
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  return code === '' && connectionMessages.test(field(error, 'message'))
}

const databases = new WeakMap<object, string>()

/** Notes of which database a failure is, by its URL, and hands it on. */
export const ofDatabase = <Failure>(error: Failure, url: string | undefined): Failure => {
  if (typeof error === 'object' && error !== null && url !== undefined) databases.set(error, url)
  return error
}

/** The URL of the database that a failure is of, with its login; undefined where that was not noted. */
export const databaseOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null ? databases.get(error) : undefined

/** What a server says to somebody it will never let in, or a name that leads nowhere, as the rest of a sentence. */
const refusals: Record<string, string> = {
  '28P01': 'the password is wrong',
  '28000': 'the login is refused',
  '3D000': 'the database does not exist',
  ENOTFOUND: 'the host name is not known',
}

/** Why waiting will not help, as the rest of a sentence; undefined when it may. */
export const permanentFailureReason = (error: unknown): string | undefined => {
  const code = failureCode(error)
  // Only the server knows what the login may not do.
  return code === '42501' ? `the login lacks a right (${field(error, 'message')})` : refusals[code]
}
