import { pino } from 'pino'

/** The one logging interface: a line is an object of fields and a short sentence. */
export type Log = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Log
}

const secretFields = ['authorization', 'cookie', 'token', 'secret', 'password', 'connectionParams', 'apiKey']

/** JSON lines on standard error; fields that may hold a secret are replaced at any depth up to two. */
export const createLog = (level: string): Log =>
  pino(
    {
      level,
      base: null,
      redact: { paths: secretFields.flatMap((f) => [f, `*.${f}`, `*.*.${f}`]), censor: '[redacted]' },
    },
    pino.destination({ dest: 2, sync: false }),
  )

/** Discards everything. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
}
