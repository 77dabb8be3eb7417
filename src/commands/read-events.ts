import type { ModelRows } from '../../prisma/generated/models.ts'
import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** An event of the journal with the names of its channel. */
export type NamedEvent = Omit<ModelRows['StatusEvent'], 'channelId'> & {
  channel: Pick<ModelRows['Channel'], 'id' | 'externalId' | 'platform' | 'platformUserId' | 'currentSlug'>
}

/** Which events are wanted; undefined asks for any. */
export type EventFilter = {
  channelId: bigint | undefined
  platform: string | undefined
  type: string | undefined
  since: Date | undefined
  until: Date | undefined
}

const columns = sql`${select('StatusEvent', undefined, 'e')}, ${expressions<{
  ownId: bigint
  externalId: string
  platform: string
  platformUserId: string
  currentSlug: string | null
}>({
  ownId: 'c.id',
  externalId: 'c.external_id',
  platform: 'c.platform',
  platformUserId: 'c.platform_user_id',
  currentSlug: 'c.current_slug',
})}`

// An event is processed after it happened, so the last condition lets Postgres skip the months before.
const wanted = (order: 'ASC' | 'DESC') => sql`SELECT ${columns}
   FROM dm.status_event e JOIN ${tableOf('Channel')} c ON c.id = e.channel_id
   WHERE e.id > $1 AND e.id <= $2
     AND ($3::bigint IS NULL OR e.channel_id = $3) AND ($4::text IS NULL OR c.platform = $4)
     AND ($5::text IS NULL OR e.event_type = $5)
     AND ($6::timestamptz IS NULL OR (e.event_timestamp >= $6 AND e.processed_timestamp >= $6))
     AND ($7::timestamptz IS NULL OR e.event_timestamp < $7)
   ORDER BY e.id ${order} LIMIT $8`

const newest = statement('command_events_newest', wanted('DESC'))
const next = statement('command_events_next', wanted('ASC'))

type Page = { filter: EventFilter; after: number; through: number; limit: number }

const read = async (db: Transaction, which: typeof next, { filter, after, through, limit }: Page) => {
  const { channelId = null, platform = null, type = null, since = null, until = null } = filter
  const rows = await db.query(which, [after, through, channelId, platform, type, since, until, limit])
  return rows.map(({ ownId, externalId, platform, platformUserId, currentSlug, ...event }): NamedEvent => {
    return { ...event, channel: { id: ownId, externalId, platform, platformUserId, currentSlug } }
  })
}

/** The newest events of a span of the journal, in the order of the journal. */
export const newestEvents = async (db: Transaction, page: Page): Promise<NamedEvent[]> =>
  (await read(db, newest, page)).reverse()

/** The first events of a span of the journal. */
export const nextEvents = (db: Transaction, page: Page): Promise<NamedEvent[]> => read(db, next, page)
