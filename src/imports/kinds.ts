/** What can be brought in; each is also an export. */
export const importKinds = ['viewers', 'chat', 'sessions', 'follows'] as const
export type ImportKind = (typeof importKinds)[number]

/** What a column of a file holds. */
export type FieldType = 'text' | 'account' | 'instant' | 'boolean' | 'count' | 'number'

/** A column of ours that a file may have; numbers lie from 0 to `max`. */
type Field = { type: FieldType; required?: true; max?: number }

/** More viewers than any channel ever had: what is beyond is another number in the wrong column. */
const mostViewers = 100_000_000

/** What the columns of a session can hold. */
const largestInt = 2 ** 31 - 1

/** The columns that say which channel a row is about, the same for every kind. */
export const channelFields = ['platform', 'channel_user_id', 'channel_slug'] as const

const channel: Record<(typeof channelFields)[number], Field> = {
  platform: { type: 'text' },
  channel_user_id: { type: 'account' },
  channel_slug: { type: 'text' },
}

const details: Record<string, Field> = {
  title: { type: 'text' },
  category: { type: 'text' },
  language: { type: 'text' },
  is_mature: { type: 'boolean' },
}

type Kind = {
  fields: Readonly<Record<string, Field>>
  /** The column with the instant of the row. */
  at: string
  /** What a row is called. */
  noun: string
}

/** The columns of each kind, named as the exports name them. Columns of a file that are not here are not read. */
export const kinds: Readonly<Record<ImportKind, Kind>> = {
  viewers: {
    at: 'observed_at',
    noun: 'sample',
    fields: {
      ...channel,
      observed_at: { type: 'instant', required: true },
      is_live: { type: 'boolean' },
      stream_started_at: { type: 'instant' },
      viewer_count: { type: 'count', max: mostViewers },
      follower_count: { type: 'count' },
      subscriber_count: { type: 'count' },
      elapsed_seconds: { type: 'count' },
      interval_seconds: { type: 'count' },
      ...details,
    },
  },
  chat: {
    at: 'created_at',
    noun: 'message',
    fields: {
      ...channel,
      message_id: { type: 'text' },
      created_at: { type: 'instant', required: true },
      platform_user_id: { type: 'account', required: true },
      username: { type: 'text' },
      content: { type: 'text', required: true },
      emotes_json: { type: 'text' },
      badges_json: { type: 'text' },
    },
  },
  sessions: {
    at: 'started_at',
    noun: 'session',
    fields: {
      ...channel,
      started_at: { type: 'instant', required: true },
      ended_at: { type: 'instant', required: true },
      platform_stream_id: { type: 'text' },
      ...details,
      peak_viewers: { type: 'count', max: mostViewers },
      peak_at: { type: 'instant' },
      average_viewers: { type: 'number', max: mostViewers },
      hours_watched: { type: 'number' },
      samples: { type: 'count', max: largestInt },
      coverage: { type: 'number', max: 1 },
      messages: { type: 'count', max: largestInt },
      chatters: { type: 'count', max: largestInt },
      follows: { type: 'count', max: largestInt },
    },
  },
  follows: {
    at: 'occurred_at',
    noun: 'follow',
    fields: {
      ...channel,
      occurred_at: { type: 'instant', required: true },
      follower_platform_user_id: { type: 'account' },
    },
  },
}

/** The largest number that a column may hold; a column of the same name is the same one in every kind. */
export const largestOf = (column: string): number | undefined =>
  Object.values(kinds).find(({ fields }) => Object.hasOwn(fields, column))?.fields[column]?.max

/** The formats of a file. */
export const importFormats = ['csv', 'ndjson', 'parquet'] as const
export type ImportFormat = (typeof importFormats)[number]
