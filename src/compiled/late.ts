import type { CursorCodec } from '../resolvers/cursor.ts'
import { globalId, type NodeType } from '../resolvers/global-id.ts'

/**
 * What Postgres leaves for us to finish, told by a mark at the end of the key: instants, which it prints otherwise, ids and
 * cursors, which are made here. A name of GraphQL has no `@`, and in JSON a quote followed by a colon ends a key and nothing
 * else: no stored text can pass for a mark.
 */
export const marks = { instant: '@t', id: '@i', cursor: '@c', eventCursor: '@e' } as const
export type Mark = (typeof marks)[keyof typeof marks]

/** What the finished values are made with. */
export type Finishing = { codec: CursorCodec; eventCursor(id: bigint): string }

/** How long an instant is with the quotes around it, by the digits behind its seconds. */
const instantLength = [27, 29, 30, 31]
const missingDigits = ['.000', '00', '0', '']

/** Behind the end of the value at `from`: null, a string without escapes, or a list of any strings. */
const valueEnd = (text: string, from: number): number => {
  if (text[from] === 'n') return from + 4
  if (text[from] === '"') return text.indexOf('"', from + 1) + 1
  let quoted = false
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') quoted = !quoted
    else if (text[i] === ']' && !quoted) return i + 1
  }
  return text.length
}

const finished = (mark: string | undefined, value: string, { codec, eventCursor }: Finishing): string | null => {
  if (value === 'null') return value
  switch (mark) {
    case 't': {
      // Postgres prints UTC as +00:00, and of the milliseconds only those digits that end in none of the zeros.
      const digits = instantLength.indexOf(value.length)
      return digits >= 0 && value.endsWith('+00:00"') ? `${value.slice(0, -7)}${missingDigits[digits]}Z"` : null
    }
    case 'i': {
      const [type, key] = value.slice(1, -1).split(':')
      return `"${globalId(type as NodeType, BigInt(key!))}"`
    }
    case 'c': {
      const [list, key, id] = JSON.parse(value) as [string, string, string]
      return `"${codec.encode(list, [key, id])}"`
    }
    case 'e':
      return `"${eventCursor(BigInt(value.slice(1, -1)))}"`
    default:
      return null
  }
}

/** JSON text as Postgres built it with all marked values finished; null where one is not as it should be. */
export const finish = (text: string, finishing: Finishing): string | null => {
  let done = ''
  let from = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    // Behind a mark the key ends, and the value begins.
    if (text.charCodeAt(at + 2) !== 34 || text.charCodeAt(at + 3) !== 58) continue
    const start = at + 4
    const end = valueEnd(text, start)
    const value = finished(text[at + 1], text.slice(start, end), finishing)
    if (value === null) return null
    done += `${text.slice(from, at)}":${value}`
    from = end
    at = end - 1
  }
  return done + text.slice(from)
}
