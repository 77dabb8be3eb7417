import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { badInput } from '../lib/errors.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { packIds, unpackIds } from './id-list.ts'

/**
 * The position of a row in its list: the sort key and the id that breaks ties. The ids of the rows that its page showed follow where
 * the keys of rows move.
 */
export type Position = readonly [key: string, id: string, ...shown: string[]]

/** Writes and reads opaque cursors. The name of a list includes its order, and a list accepts only its own cursors. */
export type PageCursorCodec = {
  /** The epoch that the codec was made from. */
  readonly epoch: string
  encode(list: string, position: Position): string
  /** The position in a cursor; BAD_USER_INPUT unless this code wrote it for this list of this database. */
  decode(list: string, cursor: string): Position
}

/** The codec of a database. */
export type PageCursors = {
  /** The codec as last read, for writing cursors. */
  known(): Promise<PageCursorCodec>
  /** The codec as last read; undefined before that. */
  latest(): PageCursorCodec | undefined
  /** The codec of the present epoch of the journal, for reading cursors of callers. */
  current(): Promise<PageCursorCodec>
}

const version = 1
const macBytes = 12
// A page of 500 rows whose ids are far apart.
const maxCharacters = 8_192
/** No JSON text has this byte. */
const endOfPlace = 0

/** Signs cursors with a key derived from the epoch. All nodes of a database agree, and a restored database refuses old cursors. */
export const pageCursorCodec = (epoch: string): PageCursorCodec => {
  const key = hash('sha256', `channelscope cursor ${version} ${epoch}`, 'buffer')
  const sign = (list: string, payload: Buffer): Buffer =>
    createHmac('sha256', key).update(`${list}\n`).update(payload).digest().subarray(0, macBytes)
  return {
    epoch,
    encode(list, [key, id, ...shown]) {
      const place = Buffer.from(JSON.stringify([key, id]))
      const payload = shown.length === 0 ? place : Buffer.concat([place, Buffer.of(endOfPlace), packIds(shown)])
      return Buffer.concat([Buffer.of(version), sign(list, payload), payload]).toString('base64url')
    },
    decode(list, cursor) {
      const bytes = Buffer.from(cursor.slice(0, maxCharacters), 'base64url')
      const payload = bytes.subarray(1 + macBytes)
      const genuine =
        bytes.length > 1 + macBytes &&
        bytes.toString('base64url') === cursor &&
        bytes[0] === version &&
        timingSafeEqual(bytes.subarray(1, 1 + macBytes), sign(list, payload))
      if (!genuine) throw badInput('The cursor is not valid for this list.')
      const end = payload.indexOf(endOfPlace)
      const [key, id] = JSON.parse(payload.toString('utf8', 0, end < 0 ? undefined : end)) as [string, string]
      return end < 0 ? [key, id] : [key, id, ...unpackIds(payload.subarray(end + 1))]
    },
  }
}

const readEpoch = statement(
  'status_journal_epoch',
  sql`SELECT ${expressions<{ epoch: string }>({ epoch: 'epoch::text' })} FROM dm.status_journal`,
)

/** The cursors of one database; reads its epoch at the first use and again for every cursor of a caller. */
export const createPageCursors = (db: Transaction): PageCursors => {
  let known: Promise<PageCursorCodec> | undefined
  let latest: PageCursorCodec | undefined
  const current = async (): Promise<PageCursorCodec> => {
    const [row] = await db.query(readEpoch)
    if (!row) throw new Error('dm.status_journal has no row')
    const codec = latest?.epoch === row.epoch ? latest : pageCursorCodec(row.epoch)
    latest = codec
    known = Promise.resolve(codec)
    return codec
  }
  const first = async (): Promise<PageCursorCodec> => {
    try {
      return await current()
    } catch (error) {
      known = undefined
      throw error
    }
  }
  return {
    current,
    latest: () => latest,
    known() {
      known ??= first()
      return known
    },
  }
}
