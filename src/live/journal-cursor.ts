import { badInput } from '../lib/errors.ts'

/** A place in the journal: which journal, and the id of the last event before it. */
export type JournalCursor = { readonly epoch: string; readonly id: bigint }

const maxId = 9_223_372_036_854_775_807n
const shape = /^([\w-]{1,64}):(0|[1-9]\d{0,18})$/

/** The opaque text of a cursor: what `StatusEvent.cursor` and every live message carry. */
export const encodeJournalCursor = (epoch: string, id: bigint | number): string =>
  Buffer.from(`${epoch}:${id}`).toString('base64url')

/** Reads the `after` argument; text that no message ever carried is BAD_USER_INPUT. */
export const decodeJournalCursor = (text: string): JournalCursor => {
  const [, epoch, digits] = shape.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? []
  const id = digits === undefined ? -1n : BigInt(digits)
  if (epoch === undefined || id < 0n || id > maxId || encodeJournalCursor(epoch, id) !== text)
    throw badInput('after must be the cursor of a message of channelStatus or of a StatusEvent.')
  return { epoch, id }
}
