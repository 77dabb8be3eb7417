import { monotonicFactory } from 'ulid'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** Who acted: the parts of an identity that stay meaningful later. */
type Actor = { role: string; name: string | null; subject: string | null }

/** An actor and the request by which they acted. */
export type Author = { identity: Actor; requestId: string }

/** One action that changed something. `before` and `after` hold no secret: the caller leaves them out. */
export type Action = {
  /** Its ULID, where the same action may come to be recorded again: then it is written once. */
  id?: string
  /** A verb and its object, e.g. "channel.track". */
  action: string
  /** What was acted upon, e.g. "channel:42". */
  target: string
  before?: Record<string, unknown> | null
  after?: Record<string, unknown> | null
}

/** Which side of the data model the action changed: its row is written there, in the same transaction. */
export type Side = 'dm' | 'public'

/** The ULID of an action; of two that this process gives the later is the greater, within a millisecond and when the clock steps back. */
export const newActionId: () => string = monotonicFactory()

const inserts = {
  dm: statement(
    'audit_record_dm',
    `INSERT INTO dm.audit_log (id, subject, name, role, action, target, before, after, request_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
  ),
  public: statement(
    'audit_record_public',
    `INSERT INTO public.audit_log (id, subject, name, role, action, target, before, after, request_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
  ),
} as const

const json = (value: Record<string, unknown> | null | undefined): string | null =>
  value == null ? null : JSON.stringify(value)

/** Writes an action into the audit log of one side, inside the transaction that does what it says. */
export const recordAction = async (
  tx: Transaction,
  side: Side,
  { identity, requestId }: Author,
  { id = newActionId(), action, target, before, after }: Action,
): Promise<void> => {
  const { subject, name, role } = identity
  await tx.query(inserts[side], [id, subject, name, role, action, target, json(before), json(after), requestId])
}
