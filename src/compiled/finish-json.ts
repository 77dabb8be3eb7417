import { endOfText } from '../lib/shallow-json.ts'
import { globalId, type NodeType } from '../resolvers/global-id.ts'
import type { PageCursorCodec, Position } from '../resolvers/page-cursor.ts'

/**
 * The marks of values that are not finished. Postgres prints instants, floats and JSON otherwise than we do, ids and cursors are made
 * here, and a delegated field is found by its resolver. The mark is the end of the key. No stored text can pass for one: a name of GraphQL
 * has no `@`, and in JSON a quote followed by a colon ends a key and nothing else.
 */
export const valueMarks = {
  instant: '@t',
  json: '@j',
  float: '@f',
  id: '@i',
  cursor: '@c',
  eventCursor: '@e',
  delegated: '@x',
} as const
export type ValueMark = (typeof valueMarks)[keyof typeof valueMarks]

/** What is needed to finish values. */
export type FinishOptions = {
  codec: PageCursorCodec
  eventCursor(id: bigint): string
  /** The values of delegated fields as JSON, by the text that the statement wrote in their place. */
  found: ReadonlyMap<string, string>
}

/** The lengths of an instant with its quotes, where it has 0, 1, 2 and 3 digits after its seconds; and what each lacks of its end. */
const instantLength = [27, 29, 30, 31]
const missingEnd = ['.000Z"', '00Z"', '0Z"', 'Z"']

/** Where the value that begins at `from` has ended: null, a string, or a list. */
const valueEnd = (text: string, from: number): number => {
  if (text[from] === 'n') return from + 4
  if (text[from] === '"') return endOfText(text, from)
  let depth = 0
  for (let i = from; i < text.length; i++) {
    const letter = text[i]
    if (letter === '"') i = endOfText(text, i) - 1
    else if (letter === '[') depth++
    else if (letter === ']' && --depth === 0) return i + 1
  }
  return text.length
}

/** Visits the marked values of a JSON text in order, until a visit answers false. The mark begins at `from`, the value at `start`, and it ends at `to`. */
const visitMarked = (text: string, visit: (from: number, start: number, to: number) => boolean): boolean => {
  for (let from = text.indexOf('@'); from >= 0; from = text.indexOf('@', from + 1)) {
    // After a mark come the quote and the colon that end the key, then the value.
    if (text.charCodeAt(from + 2) !== 34 || text.charCodeAt(from + 3) !== 58) continue
    const start = from + 4
    const to = valueEnd(text, start)
    if (!visit(from, start, to)) return false
    from = to - 1
  }
  return true
}

/** Whether the row had the value of a delegated field itself, which is then a list in a list. */
const isStored = (value: string): boolean => value.startsWith('[[')

/** The texts that the statement wrote in place of delegated values, each once. */
export const delegatedReferences = (text: string): string[] => {
  const texts = new Set<string>()
  visitMarked(text, (from, start, to) => {
    if (!text.startsWith(valueMarks.delegated, from)) return true
    const value = text.slice(start, to)
    if (!isStored(value)) texts.add(value)
    return true
  })
  return [...texts]
}

const finished = (mark: string, value: string, { codec, eventCursor, found }: FinishOptions): string | null => {
  if (value === 'null') return value
  switch (mark) {
    case valueMarks.json:
      return JSON.stringify(JSON.parse(JSON.parse(value)))
    case valueMarks.id: {
      const [type, key] = value.slice(1, -1).split(':')
      return `"${globalId(type as NodeType, BigInt(key!))}"`
    }
    case valueMarks.cursor: {
      const [list, ...position] = JSON.parse(value) as [string, ...Position]
      return `"${codec.encode(list, position)}"`
    }
    case valueMarks.eventCursor:
      return `"${eventCursor(BigInt(value.slice(1, -1)))}"`
    case valueMarks.float:
      return JSON.stringify(Number(JSON.parse(value)))
    case valueMarks.delegated:
      return isStored(value) ? JSON.stringify((JSON.parse(value) as [[unknown]])[0][0]) : (found.get(value) ?? null)
    default:
      return null
  }
}

/** Finishes all marked values of the JSON text that Postgres built; null where one of them can not be finished. */
export const finishJson = (text: string, options: FinishOptions): string | null => {
  let done = ''
  let after = 0
  const isFinished = visitMarked(text, (from, start, to) => {
    // Most values are instants, which only change their end. Postgres prints UTC as +00:00, and milliseconds without the zeros at their end.
    const end = text.startsWith(valueMarks.instant, from) ? missingEnd[instantLength.indexOf(to - start)] : undefined
    if (end !== undefined && text.startsWith('+00:00"', to - 7)) {
      done += text.slice(after, from)
      done += text.slice(from + 2, to - 7)
      done += end
    } else {
      const value = finished(text.slice(from, from + 2), text.slice(start, to), options)
      if (value === null) return false
      done += `${text.slice(after, from)}":${value}`
    }
    after = to
    return true
  })
  return isFinished ? done + text.slice(after) : null
}
