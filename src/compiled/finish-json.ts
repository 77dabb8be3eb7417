import { globalId, type NodeType } from '../resolvers/global-id.ts'
import type { PageCursorCodec } from '../resolvers/page-cursor.ts'

/**
 * The marks of values that are not finished. Postgres prints instants and JSON otherwise than we do, ids and cursors are made here,
 * and a delegated field is found by its resolver. The mark is the end of the key. No stored text can pass for one: a name of GraphQL
 * has no `@`, and in JSON a quote followed by a colon ends a key and nothing else.
 */
export const valueMarks = {
  instant: '@t',
  json: '@j',
  id: '@i',
  cursor: '@c',
  eventCursor: '@e',
  delegated: '@x',
} as const
export type ValueMark = (typeof valueMarks)[keyof typeof valueMarks]

/** What the finished values are made with. */
export type FinishOptions = {
  codec: PageCursorCodec
  eventCursor(id: bigint): string
  /** The values of delegated fields as JSON, by the text that stands for each of them. */
  found: ReadonlyMap<string, string>
}

/** How long an instant is with the quotes around it, by the digits behind its seconds. */
const instantLength = [27, 29, 30, 31]
const missingDigits = ['.000', '00', '0', '']

/** Behind the end of the string at `from`: the next quote without an odd number of backslashes before it. */
const stringEnd = (text: string, from: number): number => {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === 92) before--
    if ((end - before) % 2 === 1) return end + 1
  }
  return text.length
}

/** Behind the end of the value at `from`: null, a string, or a list. */
const valueEnd = (text: string, from: number): number => {
  if (text[from] === 'n') return from + 4
  if (text[from] === '"') return stringEnd(text, from)
  let depth = 0
  for (let i = from; i < text.length; i++) {
    const letter = text[i]
    if (letter === '"') i = stringEnd(text, i) - 1
    else if (letter === '[') depth++
    else if (letter === ']' && --depth === 0) return i + 1
  }
  return text.length
}

/** Visits the marked values of JSON text in their order, until a visit says false; `from` and `to` enclose the mark and the value. */
const visitMarked = (
  text: string,
  visit: (mark: string, value: string, from: number, to: number) => boolean,
): boolean => {
  for (let from = text.indexOf('@'); from >= 0; from = text.indexOf('@', from + 1)) {
    // Behind a mark the key ends, and the value begins.
    if (text.charCodeAt(from + 2) !== 34 || text.charCodeAt(from + 3) !== 58) continue
    const start = from + 4
    const to = valueEnd(text, start)
    if (!visit(text.slice(from, from + 2), text.slice(start, to), from, to)) return false
    from = to - 1
  }
  return true
}

/** The texts that stand for values of delegated fields, each of them once. */
export const delegatedReferences = (text: string): string[] => {
  const texts = new Set<string>()
  visitMarked(text, (mark, value) => {
    if (mark === valueMarks.delegated) texts.add(value)
    return true
  })
  return [...texts]
}

const finished = (mark: string, value: string, { codec, eventCursor, found }: FinishOptions): string | null => {
  if (value === 'null') return value
  switch (mark) {
    case valueMarks.instant: {
      // Postgres prints UTC as +00:00, and of the milliseconds only those digits that end in none of the zeros.
      const digits = instantLength.indexOf(value.length)
      return digits >= 0 && value.endsWith('+00:00"') ? `${value.slice(0, -7)}${missingDigits[digits]}Z"` : null
    }
    case valueMarks.json:
      return JSON.stringify(JSON.parse(JSON.parse(value)))
    case valueMarks.id: {
      const [type, key] = value.slice(1, -1).split(':')
      return `"${globalId(type as NodeType, BigInt(key!))}"`
    }
    case valueMarks.cursor: {
      const [list, key, id] = JSON.parse(value) as [string, string, string]
      return `"${codec.encode(list, [key, id])}"`
    }
    case valueMarks.eventCursor:
      return `"${eventCursor(BigInt(value.slice(1, -1)))}"`
    case valueMarks.delegated:
      return found.get(value) ?? null
    default:
      return null
  }
}

/** JSON text as Postgres built it with all marked values finished; null where one is not as it should be. */
export const finishJson = (text: string, options: FinishOptions): string | null => {
  let done = ''
  let after = 0
  const isFinished = visitMarked(text, (mark, marked, from, to) => {
    const value = finished(mark, marked, options)
    done += `${text.slice(after, from)}":${value}`
    after = to
    return value !== null
  })
  return isFinished ? done + text.slice(after) : null
}
