import { hash, randomBytes } from 'node:crypto'
import { type Author, recordAction } from '../audit/record-action.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { maxStreamerId } from './streamers.ts'

/** A new ticket for the operator who requested it. The secret is shown once and stored nowhere. */
export type NewLinkTicket = { secret: string; expiresAt: Date }

/** What a ticket is worth: `gone` was used or has expired, `unknown` was never made. */
export type FoundLinkTicket =
  | { kind: 'valid'; digest: Buffer; streamerId: number; streamerName: string }
  | { kind: 'gone' }
  | { kind: 'unknown' }

const lifetimeHours = 24
const secretForm = /^cs_link_[\w-]{43}$/

const insert = statement(
  'link_ticket_insert',
  sql`INSERT INTO public.link_tickets (digest, streamer_id, expires_at)
   SELECT $1, id, now() + make_interval(hours => $3) FROM public.streamers WHERE id = $2::bigint FOR KEY SHARE
   RETURNING ${select('LinkTicket', ['expiresAt'])}`,
)

// An expired ticket stays for a day, so that its holder reads that it has expired.
const removeOld = statement(
  'link_tickets_remove_old',
  `DELETE FROM public.link_tickets WHERE expires_at < now() - interval '1 day'`,
)

const find = statement(
  'link_ticket_find',
  sql`SELECT ${expressions<{ streamerId: number; streamerName: string; isValid: boolean }>({
    streamerId: 't.streamer_id',
    streamerName: 's.name',
    isValid: 't.used_at IS NULL AND t.expires_at > now()',
  })}
   FROM public.link_tickets t JOIN public.streamers s ON s.id = t.streamer_id WHERE t.digest = $1`,
)

const spend = statement(
  'link_ticket_spend',
  `UPDATE public.link_tickets SET used_at = now() WHERE digest = $1 AND used_at IS NULL AND expires_at > now() RETURNING 1`,
)

const digestOf = (secret: string): Buffer => hash('sha256', secret, 'buffer')

/** Makes a ticket with which its holder can link one account to a streamer within a day; null when there is no such streamer. */
export const createLinkTicket = (db: Postgres, author: Author, streamerId: bigint): Promise<NewLinkTicket | null> =>
  db.transaction(async (tx) => {
    if (streamerId > maxStreamerId) return null
    const secret = `cs_link_${randomBytes(32).toString('base64url')}`
    await tx.query(removeOld)
    const [row] = await tx.query(insert, [digestOf(secret), streamerId, lifetimeHours])
    if (!row) return null
    const after = { expiresAt: row.expiresAt.toISOString() }
    await recordAction(tx, 'public', author, { action: 'link-ticket.create', target: `streamer:${streamerId}`, after })
    return { secret, expiresAt: row.expiresAt }
  })

/** What the ticket with this digest is worth. */
export const findLinkTicket = async (db: Postgres, digest: Buffer): Promise<FoundLinkTicket> => {
  const [row] = await db.query(find, [digest])
  if (!row) return { kind: 'unknown' }
  const { streamerId, streamerName, isValid } = row
  return isValid ? { kind: 'valid', digest, streamerId, streamerName } : { kind: 'gone' }
}

/** What the ticket with this secret is worth. */
export const openLinkTicket = async (db: Postgres, secret: string): Promise<FoundLinkTicket> =>
  secretForm.test(secret) ? findLinkTicket(db, digestOf(secret)) : { kind: 'unknown' }

/** Uses a ticket up; false when it was used before or has expired. Of many who try at once only one succeeds. */
export const spendLinkTicket = async (tx: Transaction, digest: Buffer): Promise<boolean> =>
  (await tx.query(spend, [digest])).length > 0
