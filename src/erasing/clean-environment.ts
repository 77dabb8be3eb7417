import type { EnvironmentName } from '../lib/environment-name.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { eraseChannelsHere } from './erase-database.ts'

type Databases = { dm: Postgres; public: Postgres }

const pageSize = 500

const note = statement(
  'deleted_channel_note',
  'INSERT INTO dm.deleted_channel (channel_id) VALUES ($1) ON CONFLICT DO NOTHING',
)

const uncleaned = statement(
  'deleted_channels_uncleaned',
  sql`SELECT ${select('DeletedChannel', ['channelId'])} FROM dm.deleted_channel WHERE NOT ($1 = ANY (cleaned_in)) ORDER BY channel_id LIMIT $2`,
)

const cleaned = statement(
  'deleted_channels_cleaned',
  `UPDATE dm.deleted_channel SET cleaned_in = array_append(cleaned_in, $2) WHERE channel_id = ANY ($1::bigint[]) AND NOT ($2 = ANY (cleaned_in))`,
)

const lately = statement(
  'deleted_channels_lately',
  sql`SELECT ${select('DeletedChannel', ['channelId'])} FROM dm.deleted_channel
   WHERE deleted_at > now() - interval '2 days' AND channel_id > $1 ORDER BY channel_id LIMIT $2`,
)

// An environment that said nothing for so long is gone or has another name; when it comes back it cleans itself.
const missing = statement(
  'deleted_channel_missing',
  sql`SELECT ${expressions<{ name: string }>({ name: 'e.name' })} FROM dm.environment e
   WHERE e.told_at > now() - interval '1 day'
     AND NOT EXISTS (SELECT FROM dm.deleted_channel d WHERE d.channel_id = $1 AND e.name = ANY (d.cleaned_in))
   ORDER BY e.name LIMIT 100`,
)

/** Notes, in the transaction that deletes a channel, that every environment has to remove what it has of it. */
export const noteDeletedChannel = async (tx: Transaction, channelId: bigint): Promise<void> => {
  await tx.query(note, [channelId])
}

/** Removes from an environment what it has of deleted channels, and says so to the tier. Returns how many channels were new to it. */
export const cleanEnvironment = async (databases: Databases, { name }: EnvironmentName): Promise<number> => {
  const ids = (await databases.dm.query(uncleaned, [name, pageSize])).map(({ channelId }) => channelId)
  if (ids.length === 0) return 0
  await databases.public.transaction((tx) => eraseChannelsHere(tx, ids))
  await databases.dm.query(cleaned, [ids, name])
  return ids.length
}

/**
 * Removes once more what an environment has of the channels of the last two days: who looked at a channel before it was deleted may have written
 * of it afterwards.
 */
export const cleanEnvironmentAgain = async (databases: Databases, signal: AbortSignal): Promise<number> => {
  let channels = 0
  for (let after = 0n; ; ) {
    signal.throwIfAborted()
    const ids = (await databases.dm.query(lately, [after, pageSize])).map(({ channelId }) => channelId)
    if (ids.length > 0) await databases.public.transaction((tx) => eraseChannelsHere(tx, ids))
    channels += ids.length
    if (ids.length < pageSize) return channels
    after = ids.at(-1)!
  }
}

/** The environments that may still have something of a deleted channel. */
export const environmentsToClean = async (db: Transaction, channelId: bigint): Promise<string[]> =>
  (await db.query(missing, [channelId])).map(({ name }) => name)
