import { badInput } from '../lib/errors.ts'

/** A position in a journal: its epoch, and the id of the last event before the position. */
export type JournalCursor = { readonly epoch: string; readonly id: bigint }

const maxId = 9_223_372_036_854_775_807n
const shape = /^([\w-]{1,64}):(0|[1-9]\d{0,18})$/

/** The opaque text of a cursor, as in `StatusEvent.cursor` and in every live message. */
export const encodeJournalCursor = (epoch: string, id: bigint | number): string =>
  Buffer.from(`${epoch}:${id}`).toString('base64url')

/** Reads the `after` argument; BAD_USER_INPUT for a text that is no cursor. */
export const decodeJournalCursor = (text: string): JournalCursor => {
  const [, epoch, digits] = shape.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? []
  const id = digits === undefined ? -1n : BigInt(digits)
  if (epoch === undefined || id < 0n || id > maxId || encodeJournalCursor(epoch, id) !== text)
    throw badInput('after must be the cursor of a message of this subscription, or of a StatusEvent for channelStatus.')
  return { epoch, id }
}
