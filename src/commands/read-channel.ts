import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** The most names and the most sessions that are listed. */
export const listed = { names: 20, sessions: 10 }

const facts = statement(
  'command_channel',
  sql`SELECT ${select(
    'Channel',
    ['displayName', 'followerCount', 'isBanned', 'lastSeenAt', 'lastSeenOnlineAt', 'lastStatusChangeAt'],
    'c',
  )}, ${expressions<{ active: boolean | null; lastProbedAt: Date | null; nextProbeAt: Date | null }>({
    active: 's.active',
    lastProbedAt: 's.last_probed_at',
    nextProbeAt: 's.next_probe_at',
  })}
   FROM ${tableOf('Channel')} c LEFT JOIN ${tableOf('ProbeSchedule')} s ON s.channel_id = c.id WHERE c.id = $1`,
)

const names = statement(
  'command_channel_names',
  sql`SELECT ${select('SlugPeriod', ['slug', 'observedFrom', 'observedUntil'])} FROM ${tableOf('SlugPeriod')}
   WHERE channel_id = $1 ORDER BY observed_from DESC LIMIT ${listed.names}`,
)

const sessions = statement(
  'command_channel_sessions',
  sql`SELECT ${select('StreamSession', ['id', 'startedAt', 'endedAt', 'endSource', 'title', 'category', 'language', 'peakViewers'])}
   FROM ${tableOf('StreamSession')} WHERE channel_id = $1 ORDER BY started_at DESC LIMIT ${listed.sessions}`,
)

/** What the page of a channel shows, newest first where it lists; `facts` is undefined where the channel is gone meanwhile. */
export const readChannel = async (db: Transaction, channelId: bigint) => {
  const [row] = await db.query(facts, [channelId])
  return { facts: row, names: await db.query(names, [channelId]), sessions: await db.query(sessions, [channelId]) }
}
