/** A row as JSON; a column that is absent has what `base` says of its table. */
export type Row = Record<string, unknown>

/** Every column that a row is written with, and what it holds unless told. Ids are left to the sequences. */
const base = {
  'public.streamers': { id: 0, name: '', email: null, kyc_status: 'none', created_at: '' },
  'public.campaigns': { id: 0, title: '' },
  'public.deals': { campaign_id: 1, streamer_id: 0, amount_cents: 100 },
  'public.streamer_videos': { streamer_id: 0, url: '' },
  'public.streamer_channels': {
    streamer_id: null,
    platform: 'kick',
    channel_name: null,
    kick_user_id: null,
    kick_display_name: null,
    kick_avatar_url: null,
    kick_bio: null,
    kick_follower_count: null,
    kick_subscriber_count: null,
    kick_is_live: null,
    verified: false,
    created_at: '',
    kick_synced_at: null,
  },
  'public.kick_stream_sessions': {
    kick_user_id: '',
    channel_name: null,
    stream_started_at: '',
    stream_ended_at: null,
    title: null,
    category: null,
    peak_viewers: null,
    avg_viewers: null,
    last_probe_at: null,
  },
  'public.kick_streamer_probe': {
    platform: 'kick',
    platform_user_id: '',
    stream_started_at: null,
    viewer_count: null,
    follower_count: null,
    recorded_at: '',
  },
  'public.kick_streamer_probe_schedule': {
    kick_user_id: '',
    next_probe_at: '',
    last_probed_at: null,
    interval_seconds: 60,
  },
  'public.kick_chat_messages': {
    message_id: '',
    kick_user_id: '',
    channel_slug: '',
    sender_user_id: '77',
    sender_username: 'somebody',
    content: 'hello',
    emotes: null,
    badges: null,
    created_at: '',
    exported: false,
  },
  'public.kick_chat_s3_archive_log': {
    rows_exported: 0,
    files_written: 0,
    success: true,
    error: null,
    created_at: '',
  },
  'public.kick_event_subscriptions': { kick_user_id: '', event_type: '', subscription_id: null, created_at: '' },
  'public.streamer_trust_scores': {
    platform: 'kick',
    platform_user_id: '',
    score: 50,
    factors: {},
    computed_at: '',
  },
  'public.streamer_trust_score_history': {
    platform: 'kick',
    platform_user_id: '',
    score: 50,
    factors: {},
    computed_at: '',
  },
  'scrape.kick_raw': { kick_user_id: null, url: '', status: 200, body: null, fetched_at: '' },
  'webhooks.incoming': {
    source: 'kick',
    event_type: null,
    message_id: null,
    subscription_id: null,
    payload: null,
    signature: null,
    verified: true,
    processed: true,
    error: null,
    received_at: '',
  },
  // Of ClickHouse; instants in seconds since the epoch.
  'vf.kick_streamer_probe': {
    env: 'production',
    platform: 'kick',
    platform_user_id: '',
    ts: 0,
    stream_started_at: null,
    viewer_count: 0,
    follower_count: 0,
    slug: '',
  },
  'vf.streamer_trust_score_history': {
    env: 'production',
    platform: 'kick',
    platform_user_id: '',
    computed_at: 0,
    score: 50,
    factors: '{}',
  },
  'vf.sumsub_webhooks': { id: '', payload: '', received_at: 0 },
} as const satisfies Record<string, Row>

export type LegacyTable = keyof typeof base
export type LegacyRows = { [table in LegacyTable]?: Row[] }

/** In an order in which foreign keys are satisfied. */
export const legacyTables = Object.keys(base) as LegacyTable[]

/** Rows with every column of their table. */
export const completeRows = (table: LegacyTable, rows: readonly Row[]): Row[] =>
  rows.map((row) => ({ ...base[table], ...row }))

/** The columns that rows of a table are written with, in order. */
export const columnsOf = (table: LegacyTable): string[] => Object.keys(base[table])

/** All rows of several parts, part by part. */
export const joinRows = (parts: readonly LegacyRows[]): LegacyRows => {
  const joined: LegacyRows = {}
  for (const part of parts)
    for (const table of legacyTables) {
      const rows = part[table]
      if (rows) joined[table] = [...(joined[table] ?? []), ...rows]
    }
  return joined
}
