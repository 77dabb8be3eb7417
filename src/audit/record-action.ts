import { monotonicFactory } from 'ulid'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** Who acted: the parts of an identity that keep their meaning. */
type Actor = { role: string; name: string | null; subject: string | null }

/** An actor and the request by which they acted. */
export type Author = { identity: Actor; requestId: string }

/** One action that changed something. The caller leaves secrets out of `before` and `after`. */
export type Action = {
  /** Its ULID, if the same action may be recorded twice; it is written once. */
  id?: string
  /** A verb and its object, e.g. "channel.track". */
  action: string
  /** What was acted upon, e.g. "channel:42". */
  target: string
  before?: Record<string, unknown> | null
  after?: Record<string, unknown> | null
}

/** The schema that the action changed: its row is written there, in the same transaction. */
export type Side = 'dm' | 'public'

/** Makes the ULID of an action. Within a process every id is greater than those before, also when the clock steps back. */
export const newActionId: () => string = monotonicFactory()

const insertInto = (side: Side) =>
  statement(
    `audit_record_${side}`,
    `INSERT INTO ${side}.audit_log (id, subject, name, role, action, target, before, after, request_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
  )
const inserts = { dm: insertInto('dm'), public: insertInto('public') }

const json = (value: Record<string, unknown> | null | undefined): string | null =>
  value == null ? null : JSON.stringify(value)

/** Writes an action into the audit log of one side, inside the transaction that makes the change. */
export const recordAction = async (
  tx: Transaction,
  side: Side,
  { identity, requestId }: Author,
  { id = newActionId(), action, target, before, after }: Action,
): Promise<void> => {
  const { subject, name, role } = identity
  await tx.query(inserts[side], [id, subject, name, role, action, target, json(before), json(after), requestId])
}
