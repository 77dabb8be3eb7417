import { type Author, recordAction } from '../audit/record-action.ts'
import type { ChannelIdentity } from '../channels/channel-lookup.ts'
import type { KeyRing } from '../config/key-ring.ts'
import { newUlid } from '../lib/ids.ts'
import { channelDeletedNotice } from '../live/channel-deleted.ts'
import { select, tableOf } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../stores/postgres/statement.ts'
import { noteDeletedChannel } from './clean-environment.ts'
import { eraseChannelsHere, redactAuditOf } from './erase-database.ts'
import { insertErasure } from './erasure-store.ts'
import { type ChannelSubject, sealSubject, subjectHashes } from './subject.ts'

const take = statement(
  'channel_delete_take',
  sql`SELECT ${narrowed<Pick<ChannelIdentity, 'id' | 'externalId' | 'platform' | 'platformUserId' | 'currentSlug'>>(
    select('Channel', ['id', 'externalId', 'platform', 'platformUserId', 'currentSlug']),
  )} FROM ${tableOf('Channel')} WHERE id = $1 FOR UPDATE`,
)

// Deleting the rows of a channel with millions of follows takes longer than a statement usually may.
const patience = statement('channel_delete_patience', 'SET LOCAL statement_timeout = 600000')

// A follower of the journal whose position is the last event of the channel must not find itself ahead of the journal.
const keepHead = statement(
  'channel_delete_keep_head',
  `UPDATE dm.status_journal SET erased_through = greatest(erased_through,
     coalesce((SELECT max(id) FROM dm.status_event WHERE channel_id = $1), 0))`,
)

// What was asked of platforms about it alone, and what names it in an address or in an answer. The log keeps a fixed number of rows.
const deleteCalls = statement(
  'channel_delete_calls',
  `DELETE FROM dm.scrape_log l WHERE l.channel_id = $1 OR (l.platform = $2 AND to_jsonb(l)::text ~ ('\\m(' || $3 || ')\\M'))`,
)

const promised = statement(
  'channel_delete_promised',
  sql`SELECT ${select('EventSubscription', ['id'])} FROM dm.event_subscription
   WHERE channel_id = $1 AND platform_subscription_id IS NOT NULL LIMIT 1`,
)

const slugsOf = statement(
  'channel_delete_slugs',
  sql`SELECT ${select('SlugPeriod', ['slug'])} FROM ${tableOf('SlugPeriod')} WHERE channel_id = $1`,
)

const remove = statement('channel_delete', `DELETE FROM ${tableOf('Channel')} WHERE id = $1`)

const announce = statement('channel_delete_announce', `SELECT pg_notify('${channelDeletedNotice}', $1)`)

/** What became of a request to delete a channel; `id` is the erasure that goes on. */
export type ChannelDeletion = { kind: 'deleted'; id: string } | { kind: 'no-channel' } | { kind: 'not-confirmed' }

/** Whether somebody who means this channel wrote its slug or the id of its account. */
const confirms = (
  confirm: string,
  { currentSlug, platformUserId }: { currentSlug: string | null; platformUserId: string },
): boolean => {
  const written = confirm.trim()
  return written === platformUserId || (currentSlug !== null && written.toLowerCase() === currentSlug)
}

const escapePattern = (text: string): string => text.replace(/[^A-Za-z0-9_]/g, (character) => `\\${character}`)

/**
 * Deletes a channel with everything that Postgres keeps of it, in one transaction, and notes that the rest is to be erased. From the commit
 * on there is no such channel: leases on it are void, deliveries of it are untracked, and its subscribers are told.
 */
export const deleteChannel = (
  { databases, ring }: { databases: { dm: Postgres; public: Postgres }; ring: KeyRing },
  author: Author,
  { channelId, confirm }: { channelId: bigint; confirm: string },
): Promise<ChannelDeletion> =>
  databases.dm.transaction(async (tx) => {
    await tx.query(patience)
    const [channel] = await tx.query(take, [channelId])
    if (!channel) return { kind: 'no-channel' }
    if (!confirms(confirm, channel)) return { kind: 'not-confirmed' }
    const { platform, platformUserId, currentSlug } = channel
    const isSubscribed = (await tx.query(promised, [channelId])).length > 0
    const subject: ChannelSubject = { kind: 'channel', channelId, platform, platformUserId, isSubscribed }
    const id = newUlid()
    const slugs = (await tx.query(slugsOf, [channelId])).map(({ slug }) => slug)
    const names = [...new Set([platformUserId, ...(currentSlug === null ? [] : [currentSlug]), ...slugs])]
    await tx.query(deleteCalls, [channelId, platform, names.map(escapePattern).join('|')])
    await tx.query(keepHead, [channelId])
    // Where both sides share a database, nobody sees the one without the other. All others follow what is noted.
    if (databases.public === databases.dm) await eraseChannelsHere(tx, [channelId])
    await noteDeletedChannel(tx, channelId)
    await redactAuditOf(tx, subject)
    await tx.query(remove, [channelId])
    const { identity, requestId } = author
    await insertErasure(tx, {
      id,
      kind: 'channel',
      subjectHash: subjectHashes(ring, subject)[0],
      sealedSubject: sealSubject(ring, id, subject),
      requestedBy: { identity, requestId },
    })
    await recordAction(tx, 'dm', author, {
      action: 'channel.delete',
      target: `channel:${channelId}`,
      before: { platform },
      after: { erasure: id },
    })
    await tx.query(announce, [String(channelId)])
    return { kind: 'deleted', id }
  })
