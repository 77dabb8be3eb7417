import type { ModelRows } from '../../prisma/generated/models.ts'
import { findRenames, type Rename, type RenameQuery } from '../channels/renames.ts'
import { select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

const named = ['id', 'externalId', 'platform', 'platformUserId', 'currentSlug'] as const

/** A channel as a line about it names it. */
export type NamedChannel = Pick<ModelRows['Channel'], (typeof named)[number]>

type Ban = Pick<ModelRows['ChannelBan'], 'id' | 'channelId' | 'observedFrom' | 'observedUntil'>

/** Something that was noticed of a channel. */
export type OfChannel<Change> = Change & { channel: NamedChannel }

/** What is asked for; the range is half open. */
type Asked = Pick<RenameQuery, 'range' | 'platform'>

const pageSize = 500

const channels = statement(
  'command_named_channels',
  sql`SELECT ${select('Channel', named)} FROM ${tableOf('Channel')} WHERE id = ANY ($1::bigint[])`,
)

// Either instant in the range, by an index of each.
const bans = statement(
  'command_bans',
  sql`SELECT ${select('ChannelBan', ['id', 'channelId', 'observedFrom', 'observedUntil'], 'b')} FROM ${tableOf('ChannelBan')} b
   WHERE ((b.observed_from >= $1 AND b.observed_from < $2) OR (b.observed_until >= $1 AND b.observed_until < $2))
     AND ($3::text IS NULL OR EXISTS (SELECT FROM ${tableOf('Channel')} c WHERE c.id = b.channel_id AND c.platform = $3))
     AND (b.observed_from, b.id) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::bigint, 0))
   ORDER BY b.observed_from DESC, b.id DESC LIMIT $6`,
)

/** All rows of pages with their channels; those of a channel that is gone meanwhile are left out. */
const withChannels = async function* <Change extends { channelId: bigint }>(
  db: Transaction,
  read: (beyond: Change | null) => Promise<Change[]>,
): AsyncGenerator<OfChannel<Change>> {
  for (let beyond: Change | null = null; ; ) {
    const page: Change[] = await read(beyond)
    const found = await db.query(channels, [[...new Set(page.map(({ channelId }) => channelId))]])
    const byId = new Map(found.map((channel) => [channel.id, channel]))
    for (const change of page) {
      const channel = byId.get(change.channelId)
      if (channel) yield { ...change, channel }
    }
    beyond = page.at(-1) ?? null
    if (page.length < pageSize) return
  }
}

/** The renames of a range, newest first, page by page. */
export const readRenames = (db: Transaction, asked: Asked): AsyncGenerator<OfChannel<Rename>> =>
  withChannels(db, (beyond) => findRenames(db, { ...asked, beyond, limit: pageSize }))

/** The bans that began or ended in a range, newest first, page by page. */
export const readBans = (db: Transaction, { range, platform }: Asked): AsyncGenerator<OfChannel<Ban>> =>
  withChannels(db, (beyond) =>
    db.query(bans, [range.from, range.to, platform, beyond?.observedFrom ?? null, beyond?.id ?? null, pageSize]),
  )
