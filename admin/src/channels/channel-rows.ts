import type { ChannelListQuery } from '../../generated/graphql.ts'
import type { StatusChange } from '../data/follow-channels.ts'

/** A row of the list, as it was loaded and as it changes. */
export type ChannelRow = ChannelListQuery['channels']['nodes'][number]

type Session = NonNullable<ChannelRow['currentSession']>

/** What happened to some rows since they were drawn the last time, by channel. */
export type Changes = Map<string, ((row: ChannelRow) => ChannelRow)[]>

/** A broadcast began or ended. What is older than the broadcast that is on says nothing. */
export const changeStatus =
  ({ event, channel, session }: StatusChange) =>
  (row: ChannelRow): ChannelRow => {
    const current = row.currentSession
    if (event.type === 'STREAM_START') {
      if (!session || (current && current.startedAt > session.startedAt)) return row
      const { lastSeenOnlineAt, viewersNow } = channel
      return { ...row, status: 'ONLINE', currentSession: session, lastSeenOnlineAt, viewersNow }
    }
    if (event.type !== 'STREAM_END' || (current && session && current.id !== session.id)) return row
    const { lastSeenOnlineAt } = channel
    return { ...row, status: 'OFFLINE', currentSession: null, viewersNow: null, lastSeenOnlineAt }
  }

/** A new count; null where the streamer hides it. An older one than the last says nothing, and none is of a channel that is off. */
export const changeViewers =
  (count: number | null, at: string) =>
  (row: ChannelRow): ChannelRow => {
    if (row.status !== 'ONLINE' || (row.viewersNow && row.viewersNow.at > at)) return row
    if (row.viewersNow?.count === count) return row
    return { ...row, viewersNow: count === null ? null : { __typename: 'ViewersNow', count, at } }
  }

/** New words about the broadcast that is on. */
export const changeSession =
  (session: Session) =>
  (row: ChannelRow): ChannelRow =>
    row.currentSession?.id === session.id ? { ...row, currentSession: session } : row

/** The rows with their changes, in the order that they had. The same rows where nothing changed. */
export const applyChanges = (rows: readonly ChannelRow[], changes: Changes): readonly ChannelRow[] => {
  const next = rows.map((row) => (changes.get(row.id) ?? []).reduce((before, change) => change(before), row))
  return next.some((row, at) => row !== rows[at]) ? next : rows
}
