import type { Channel, StatusEvent, StreamSession } from '../../prisma/generated/client/client.ts'

const channelColumns: Record<keyof Channel, string> = {
  id: 'id',
  externalId: 'external_id',
  platform: 'platform',
  platformUserId: 'platform_user_id',
  currentSlug: 'current_slug',
  displayName: 'display_name',
  foldedName: 'folded_name',
  avatarUrl: 'avatar_url',
  bio: 'bio',
  followerCount: 'follower_count',
  status: 'status',
  isLive: 'is_live',
  isBanned: 'is_banned',
  lastSeenOnlineAt: 'last_seen_online_at',
  lastStatusChangeAt: 'last_status_change_at',
  firstSeenAt: 'first_seen_at',
  lastSeenAt: 'last_seen_at',
  updatedAt: 'updated_at',
  profileObservedAt: 'profile_observed_at',
  slugObservedAt: 'slug_observed_at',
  statusObservedAt: 'status_observed_at',
}

const sessionColumns: Record<keyof StreamSession, string> = {
  id: 'id',
  channelId: 'channel_id',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  endSource: 'end_source',
  platformStreamId: 'platform_stream_id',
  title: 'title',
  category: 'category',
  language: 'language',
  lastLiveAt: 'last_live_at',
  toldLiveAt: 'told_live_at',
  detailsObservedAt: 'details_observed_at',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
}

const eventColumns: Record<keyof StatusEvent, string> = {
  id: 'id',
  channelId: 'channel_id',
  sessionStartedAt: 'session_started_at',
  eventType: 'event_type',
  previousStatus: 'previous_status',
  newStatus: 'new_status',
  source: 'source',
  platformEventId: 'platform_event_id',
  eventTimestamp: 'event_timestamp',
  receivedTimestamp: 'received_timestamp',
  processedTimestamp: 'processed_timestamp',
  eventData: 'event_data',
}

export type Row = Record<string, unknown>

/** One table's part of a joined row: its select list, and the way back from the row. */
const part = <T>(alias: string, columns: Record<keyof T, string>) => {
  const names = Object.entries<string>(columns).map(([property, column]) => ({
    property,
    label: `${alias}.${property}`,
    sql: `${alias}.${column} AS "${alias}.${property}"`,
  }))
  return {
    list: names.map(({ sql }) => sql).join(', '),
    /** The object, or null where an outer join found none. */
    read: (row: Row): T | null => {
      if (row[`${alias}.id`] === null) return null
      const object: Row = {}
      for (const { property, label } of names) object[property] = row[label]
      return object as T
    },
  }
}

/** `dm.streamer_channel` under the alias c. */
export const channelPart = part<Channel>('c', channelColumns)
/** `dm.stream_session` under the alias s. */
export const sessionPart = part<StreamSession>('s', sessionColumns)
/** `dm.status_event` under the alias e. */
export const eventPart = part<StatusEvent>('e', eventColumns)
