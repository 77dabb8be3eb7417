import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { addErasedFollows } from './erasure-store.ts'
import type { ChannelSubject, ChatterSubject, Subject } from './subject.ts'

const batchRows = 5_000

const otherChannels = statement(
  'erasure_other_channels',
  sql`SELECT ${select('Channel', ['id'])} FROM ${tableOf('Channel')} WHERE platform <> $1 ORDER BY id`,
)

const deleteFollows = statement(
  'erasure_delete_follows',
  sql`WITH gone AS (
     DELETE FROM dm.kick_follow_event WHERE id IN (
       SELECT f.id FROM dm.kick_follow_event f JOIN ${tableOf('Channel')} c ON c.id = f.channel_id
       WHERE f.follower_platform_user_id = $2 AND c.platform = $1 LIMIT $3)
     RETURNING 1)
   SELECT ${expressions<{ count: number }>({ count: 'count(*)::integer' })} FROM gone`,
)

const count = statement(
  'erasure_count_follows',
  sql`SELECT ${expressions<{ all: number; found: number }>({
    all: '(SELECT count(*)::integer FROM dm.kick_follow_event)',
    found: 'count(*)::integer',
  })} FROM dm.kick_follow_event f JOIN ${tableOf('Channel')} c ON c.id = f.channel_id
   WHERE f.follower_platform_user_id = $2 AND c.platform = $1`,
)

/** The channels of other platforms than that of a chatter; those of a channel matter to nobody. */
export const channelsOfOthers = async (db: Transaction, subject: Subject): Promise<bigint[]> =>
  subject.kind === 'channel' ? [] : (await db.query(otherChannels, [subject.platform])).map(({ id }) => id)

/** Removes the follows of a chatter, batch by batch, and counts them with each. */
export const eraseFollows = async (
  db: Postgres,
  id: string,
  { platform, platformUserId }: ChatterSubject,
  onWait: () => Promise<void>,
): Promise<number> => {
  let total = 0
  for (;;) {
    await onWait()
    const removed = await db.transaction(async (tx) => {
      const [row] = await tx.query(deleteFollows, [platform, platformUserId, batchRows])
      if (row!.count > 0) await addErasedFollows(tx, id, row!.count)
      return row!.count
    })
    total += removed
    if (removed < batchRows) return total
  }
}

/** How many follows are stored, and how many of them are of this person. */
export const countFollows = async (
  db: Transaction,
  { platform, platformUserId }: ChatterSubject,
): Promise<{ all: number; found: number }> => (await db.query(count, [platform, platformUserId]))[0]!

const deleteScores = statement(
  'erasure_delete_score',
  'DELETE FROM public.streamer_trust_scores WHERE channel_id = ANY ($1::bigint[])',
)
const deleteClaims = statement(
  'erasure_delete_claims',
  'DELETE FROM public.streamer_channel_link WHERE channel_id = ANY ($1::bigint[])',
)
const redactPublic = statement(
  'erasure_redact_public',
  `SELECT public.redact_audit_of('channel:' || id) FROM unnest($1::bigint[]) AS id`,
)
const redactDm = statement('erasure_redact_dm', `SELECT dm.redact_audit_of($1)`)

const deleteAlerts = ['alert', 'alert_state', 'alert_thread', 'happening'].map((table) =>
  statement(`erasure_delete_${table}`, `DELETE FROM public.${table} WHERE channel_id = ANY ($1::bigint[])`),
)
// A rule about no other channel is one about none, not about all.
const forgetInRules = statement(
  'erasure_forget_in_rules',
  `UPDATE public.alert_rule SET channel_ids = ARRAY (SELECT unnest(channel_ids) EXCEPT SELECT unnest($1::bigint[]))
   WHERE channel_ids && $1::bigint[]`,
)

/**
 * Removes what the environment keeps of channels: claims, their trust scores, what was told of them, and what the audit log says of their
 * names.
 */
export const eraseChannelsHere = async (tx: Transaction, ids: readonly bigint[]): Promise<void> => {
  await tx.query(deleteClaims, [ids])
  await tx.query(deleteScores, [ids])
  for (const one of deleteAlerts) await tx.query(one, [ids])
  await tx.query(forgetInRules, [ids])
  await tx.query(redactPublic, [ids])
}

/** Takes the names of a channel out of the audit log of its side. That something was done to channel:42 stays. */
export const redactAuditOf = async (
  tx: Transaction,
  { channelId }: Pick<ChannelSubject, 'channelId'>,
): Promise<void> => {
  await tx.query(redactDm, [`channel:${channelId}`])
}
