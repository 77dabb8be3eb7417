import { Readable } from 'node:stream'
import type { Session } from 'chdb'
import { reasonText } from '../../lib/errors.ts'
import { type ClickHouseError, engineError, toClickHouseError } from './clickhouse-error.ts'

/** Formats in which the engine's pieces add up to the whole; of one with names every piece begins with them. */
type PiecewiseFormat = 'CSVWithNames' | 'JSONEachRow'

/** The statement and its format where the answer can come piece by piece; null for every other. */
export const piecewise = (sql: string): { statement: string; format: PiecewiseFormat } | null => {
  const [, statement, format] = /^([\s\S]+)\nFORMAT (CSVWithNames|JSONEachRow)$/.exec(sql) ?? []
  return statement === undefined ? null : { statement, format: format as PiecewiseFormat }
}

const newline = 10

/** The driver passes the engine's number on for whole answers; of streams it has only the text that begins with it. */
const streamError = (error: unknown): ClickHouseError => {
  const [, code] = /^Code: (\d+)\./.exec(reasonText(error)) ?? []
  if (code === undefined) return toClickHouseError(error)
  return engineError(Number(code), reasonText(error), error)
}

/**
 * The answer to a statement piece by piece, read when it is asked for, so that its size does not matter. Rejects when the
 * statement fails before the first piece; a failure after it destroys the stream. `release` is called once nothing runs on
 * the session any more, with whether the answer was read to its end, and the stream closes when it has settled.
 */
export const streamFromSession = async (
  session: Session,
  { statement, format }: { statement: string; format: PiecewiseFormat },
  release: (whole: boolean) => Promise<void>,
): Promise<Readable> => {
  const begin = async () => {
    const pieces = session.queryStream(statement, { format })[Symbol.asyncIterator]()
    const coming = pieces.next()
    await coming
    return { pieces, coming }
  }
  const begun = await begin().catch(async (error: unknown) => {
    await release(false)
    throw streamError(error)
  })
  const { pieces } = begun
  let { coming } = begun
  let count = 0
  let whole = false
  return new Readable({
    read() {
      coming.then(
        ({ done, value }) => {
          if (this.destroyed) return
          if (done) {
            whole = true
            this.push(null)
            return
          }
          const bytes = Buffer.from(value.raw())
          const isRepeated = format === 'CSVWithNames' && count++ > 0
          coming = pieces.next()
          // Whoever reads next sees how it ended.
          coming.catch(() => undefined)
          this.push(isRepeated ? bytes.subarray(bytes.indexOf(newline) + 1) : bytes)
        },
        (error: unknown) => this.destroy(streamError(error)),
      )
    },
    destroy(error, done) {
      coming
        .catch(() => undefined)
        .then(() => pieces.return?.())
        .finally(() => release(whole))
        .then(() => done(error), done)
    },
  })
}
