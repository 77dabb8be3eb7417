import { channelStatements } from './old-channel-statements.ts'
import { streamStatements } from './old-stream-statements.ts'
import { createWriterState, type Make, type OldStatement, type WriterOptions } from './writer-state.ts'

/** How often each kind comes, in parts of the sum. */
const shares = {
  'insert probe': 30,
  'upsert schedule': 15,
  'insert chat': 20,
  'upsert session': 12,
  'end session': 4,
  'insert delivery': 8,
  'update delivery': 3,
  'update profile': 8,
  'insert claim': 4,
  'verify claim': 2,
  'delete claim': 1,
  'delete streamer': 1,
  'mark chat exported': 1,
  'delete chat': 1,
  'insert subscription': 2,
  'delete subscription': 1,
  'upsert score': 2,
  'insert score history': 2,
  'insert scrape': 2,
  'insert archive': 1,
  'delete schedule': 1,
} as const

export type OldKind = keyof typeof shares

/** Every kind of statement. */
export const oldKinds = Object.keys(shares) as OldKind[]

const drawn = oldKinds.flatMap((kind) => Array.from({ length: shares[kind] }, () => kind))

/** The statements of one writer, and what is so after those that were noted. */
export const oldStatements = (options: WriterOptions) => {
  const state = createWriterState(options)
  const streams = streamStatements(state)
  const makers: Record<OldKind, Make> = { ...streams, ...channelStatements(state) }
  return {
    facts: state.facts,
    /** The next statement; where there is nothing to act on it is a probe. */
    next(): OldStatement {
      state.advance()
      const kind = state.drawn(drawn)
      const made = makers[kind]()
      const { text, values, note = () => {} } = made ?? streams['insert probe']()
      return { kind: made ? kind : 'insert probe', text, values, note }
    },
  }
}
