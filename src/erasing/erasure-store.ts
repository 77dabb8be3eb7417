import type { ModelRows } from '../../prisma/generated/models.ts'
import type { EnvironmentName } from '../lib/environment-name.ts'
import { tierWorker } from '../stores/postgres/environments.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../stores/postgres/statement.ts'

/** An erasure as it may be shown: without its subject. */
export type Erasure = Pick<
  ModelRows['Erasure'],
  'id' | 'subjectHash' | 'requestedAt' | 'messages' | 'follows' | 'waitsFor' | 'finishedAt'
> & { kind: 'channel' | 'chatter' }

/** An erasure that is under way, for whoever works at it. */
export type OpenErasure = Pick<
  ModelRows['Erasure'],
  'id' | 'subjectHash' | 'messages' | 'archivedThrough' | 'requestedBy'
> & {
  sealedSubject: string
  /** Whether it was requested within the last ten seconds. */
  isRecent: boolean
}

const shown = ['id', 'kind', 'subjectHash', 'requestedAt', 'messages', 'follows', 'waitsFor', 'finishedAt'] as const

const insert = statement(
  'erasure_request',
  sql`INSERT INTO dm.erasure (id, kind, subject_hash, sealed_subject, requested_by) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (subject_hash) WHERE finished_at IS NULL DO NOTHING RETURNING ${select('Erasure', ['id'])}`,
)
const unfinishedOf = statement(
  'erasure_unfinished_of',
  sql`SELECT ${select('Erasure', ['id'])} FROM dm.erasure WHERE subject_hash = ANY ($1::text[]) AND finished_at IS NULL LIMIT 1`,
)
const byId = statement(
  'erasure_by_id',
  sql`SELECT ${narrowed<Erasure>(select('Erasure', shown))} FROM dm.erasure WHERE id = $1`,
)
const newest = statement(
  'erasure_newest',
  sql`SELECT ${narrowed<Erasure>(select('Erasure', shown))} FROM dm.erasure ORDER BY id DESC LIMIT $1`,
)
const lastOf = statement(
  'erasure_last_of',
  sql`SELECT ${narrowed<Erasure>(select('Erasure', shown))} FROM dm.erasure WHERE subject_hash = ANY ($1::text[]) ORDER BY id DESC LIMIT 1`,
)

// The environment that does the work of the tier knows its archives and its platforms. Whoever waits for something gives its lease back, so the others get their turn.
const lease = statement(
  'erasure_lease',
  sql`UPDATE dm.erasure SET leased_by = $1, leased_until = now() + interval '30 seconds'
   WHERE id = (
     SELECT id FROM dm.erasure
     WHERE finished_at IS NULL AND (leased_until IS NULL OR leased_until < now() OR leased_by = $1)
       AND coalesce(${tierWorker}, $2) = $2
       AND NOT EXISTS (SELECT FROM unnest($3::text[], $4::timestamptz[]) l(id, through)
         WHERE l.id = erasure.id AND l.through IS NOT DISTINCT FROM erasure.archived_through)
     ORDER BY leased_until NULLS FIRST, id LIMIT 1 FOR UPDATE SKIP LOCKED)
   RETURNING ${select('Erasure', ['id', 'subjectHash', 'messages', 'archivedThrough', 'requestedBy'])},
     ${expressions<Pick<OpenErasure, 'sealedSubject' | 'isRecent'>>({
       sealedSubject: 'sealed_subject',
       isRecent: "requested_at BETWEEN now() - interval '10 seconds' AND now()",
     })}`,
)
const renew = statement(
  'erasure_renew',
  `UPDATE dm.erasure SET leased_until = now() + interval '30 seconds' WHERE id = $1 AND leased_by = $2 AND finished_at IS NULL RETURNING id`,
)
const postpone = statement(
  'erasure_postpone',
  sql`UPDATE dm.erasure SET leased_by = NULL, leased_until = now() + make_interval(secs => $3), waits_for = left($4, 500)
   WHERE id = $1 AND leased_by = $2 AND finished_at IS NULL RETURNING ${select('Erasure', ['archivedThrough'])}`,
)
const count = statement('erasure_count', 'UPDATE dm.erasure SET messages = $2 WHERE id = $1 AND messages IS NULL')
const addMessages = statement(
  'erasure_add_messages',
  'UPDATE dm.erasure SET messages = coalesce(messages, 0) + $2 WHERE id = $1',
)
const addFollows = statement('erasure_add_follows', 'UPDATE dm.erasure SET follows = follows + $2 WHERE id = $1')
const noteArchived = statement('erasure_note_archived', 'UPDATE dm.erasure SET archived_through = $2 WHERE id = $1')
const finish = statement(
  'erasure_finish',
  sql`UPDATE dm.erasure SET finished_at = clock_timestamp(), sealed_subject = NULL, waits_for = NULL, leased_by = NULL, leased_until = NULL
   WHERE id = $1 AND leased_by = $2 AND finished_at IS NULL RETURNING ${select('Erasure', ['messages', 'follows'])}`,
)

const uncleaned = statement(
  'erasure_uncleaned',
  sql`SELECT ${select('Erasure', ['id', 'sealedSubject'], 'e')} FROM dm.erasure e
   WHERE e.finished_at IS NULL AND NOT EXISTS (SELECT FROM dm.erasure_node n WHERE n.erasure_id = e.id AND n.node = $1)
   ORDER BY e.id LIMIT 100`,
)
const cleaned = statement(
  'erasure_cleaned',
  `INSERT INTO dm.erasure_node (erasure_id, node) SELECT id, $2 FROM dm.erasure WHERE id = ANY ($1::text[]) ON CONFLICT DO NOTHING`,
)
// A node that said nothing for so long has no disk any more.
const missingNodes = statement(
  'erasure_missing_nodes',
  sql`SELECT ${expressions<{ node: string }>({ node: 'v.node' })} FROM (
     SELECT DISTINCT node FROM dm.spool_backlog WHERE told_at > now() - interval '30 days' AND (holds OR told_at > now() - interval '1 day')
     UNION SELECT $2) v(node)
   WHERE NOT EXISTS (SELECT FROM dm.erasure_node n WHERE n.erasure_id = $1 AND n.node = v.node) ORDER BY v.node LIMIT 100`,
)

/** What a request writes. */
export type ErasureRequest = {
  id: string
  kind: Erasure['kind']
  subjectHash: string
  sealedSubject: string
  requestedBy: object
}

/** Stores a request inside the transaction that records it; false when an erasure with this hash is under way. */
export const insertErasure = async (tx: Transaction, request: ErasureRequest): Promise<boolean> => {
  const { id, kind, subjectHash, sealedSubject, requestedBy } = request
  return (await tx.query(insert, [id, kind, subjectHash, sealedSubject, JSON.stringify(requestedBy)])).length > 0
}

/** The id of the erasure of this subject that is under way; null when there is none. */
export const unfinishedErasure = async (db: Transaction, hashes: readonly string[]): Promise<string | null> =>
  (await db.query(unfinishedOf, [hashes]))[0]?.id ?? null

/** The erasure with this id; null when there is none. */
export const readErasure = async (db: Transaction, id: string): Promise<Erasure | null> =>
  (await db.query(byId, [id]))[0] ?? null

/** The newest erasures, at most `limit`. */
export const readErasures = (db: Transaction, limit: number): Promise<Erasure[]> => db.query(newest, [limit])

/** The latest erasure of a subject; null when it was never erased. */
export const lastErasureOf = async (db: Transaction, hashes: readonly string[]): Promise<Erasure | null> =>
  (await db.query(lastOf, [hashes]))[0] ?? null

/** How far the archives were searched when a node left an erasure to others. */
export type Left = { archivedThrough: Date | null }

/**
 * Leases the unfinished erasure that waits longest; null when none is free. A node takes back what it had before it died, and not what it has left
 * to others, unless these have come further since.
 */
export const leaseErasure = async (
  db: Transaction,
  node: string,
  { name }: EnvironmentName,
  left: ReadonlyMap<string, Left>,
): Promise<OpenErasure | null> => {
  const through = [...left.values()].map(({ archivedThrough }) => archivedThrough)
  return (await db.query(lease, [node, name, [...left.keys()], through]))[0] ?? null
}

/** Keeps a lease; false when another node has it. */
export const renewErasure = async (db: Transaction, id: string, node: string): Promise<boolean> =>
  (await db.query(renew, [id, node])).length > 0

/** Gives a lease back until later, and says what is waited for. Tells how far the erasure is; null where another node has it. */
export const postponeErasure = async (
  db: Transaction,
  id: string,
  node: string,
  seconds: number,
  waitsFor: string,
): Promise<Left | null> => (await db.query(postpone, [id, node, seconds, waitsFor]))[0] ?? null

/** Notes how many messages are removed from the history, once. */
export const noteMessages = async (db: Transaction, id: string, messages: number): Promise<void> => {
  await db.query(count, [id, messages])
}

/** Adds messages that only the archives had. */
export const addArchivedMessages = async (db: Transaction, id: string, messages: number): Promise<void> => {
  await db.query(addMessages, [id, messages])
}

/** Adds follows that were removed in the same transaction. */
export const addErasedFollows = async (tx: Transaction, id: string, follows: number): Promise<void> => {
  await tx.query(addFollows, [id, follows])
}

/** Notes how far the archives were searched. */
export const noteArchivedThrough = async (db: Transaction, id: string, windowFrom: Date): Promise<void> => {
  await db.query(noteArchived, [id, windowFrom])
}

/** Finishes an erasure and forgets its subject, inside the transaction that records it; null when another node has the lease. */
export const finishErasure = async (
  tx: Transaction,
  id: string,
  node: string,
): Promise<{ messages: bigint | null; follows: bigint } | null> => (await tx.query(finish, [id, node]))[0] ?? null

/** The unfinished erasures of which this node has not said that its spool is clean. */
export const uncleanedErasures = async (
  db: Transaction,
  node: string,
): Promise<{ id: string; sealedSubject: string }[]> =>
  (await db.query(uncleaned, [node])).map(({ id, sealedSubject }) => ({ id, sealedSubject: sealedSubject! }))

/** Says that the spool of this node has nothing from before these erasures. */
export const noteCleaned = async (db: Transaction, ids: readonly string[], node: string): Promise<void> => {
  await db.query(cleaned, [ids, node])
}

/** The nodes that have not said so, this one among them. */
export const nodesToClean = async (db: Transaction, id: string, node: string): Promise<string[]> =>
  (await db.query(missingNodes, [id, node])).map((row) => row.node)
