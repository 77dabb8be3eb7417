import type { Fault } from './fault.ts'

/** What is wrong with broadcasts and their schedule, and users that only one table knows. */
export const sessionFaults = {
  'only in sessions': ({ user, ago }) => ({
    'public.kick_stream_sessions': [
      {
        kick_user_id: user(0),
        channel_name: 'only_session',
        stream_started_at: ago({ days: 4 }),
        stream_ended_at: ago({ days: 3 }),
      },
      { kick_user_id: user(1), stream_started_at: ago({ days: 4 }), stream_ended_at: ago({ days: 3 }) },
    ],
  }),
  'only in the schedule': ({ user, ago }) => ({
    'public.kick_streamer_probe_schedule': [
      { kick_user_id: user(), next_probe_at: ago({ minutes: -1 }), last_probed_at: ago({ minutes: 1 }) },
    ],
  }),
  'only in subscriptions': ({ user, ago }) => ({
    'public.kick_event_subscriptions': [
      {
        kick_user_id: user(),
        event_type: 'chat.message.sent',
        subscription_id: 'only-subscription',
        created_at: ago({ days: 5 }),
      },
    ],
  }),
  'only in scrapes': ({ user, ago }) => ({
    'scrape.kick_raw': [
      { kick_user_id: user(), url: 'https://kick.com/api/only-scrape', body: '{}', fetched_at: ago({ days: 5 }) },
    ],
  }),
  'two open sessions': ({ user, ago }) => ({
    'public.kick_stream_sessions': [
      {
        kick_user_id: user(),
        channel_name: 'open_twice',
        stream_started_at: ago({ days: 5 }),
        last_probe_at: ago({ days: 4, hours: 20 }),
      },
      {
        kick_user_id: user(),
        channel_name: 'open_twice',
        stream_started_at: ago({ hours: 2 }),
        last_probe_at: ago({ minutes: 1 }),
      },
    ],
  }),
  'open session that nobody saw for weeks': ({ user, ago }) => ({
    'public.kick_stream_sessions': [
      {
        kick_user_id: user(0),
        channel_name: 'stale_open',
        stream_started_at: ago({ days: 30 }),
        last_probe_at: ago({ days: 29 }),
      },
      { kick_user_id: user(1), channel_name: 'never_probed', stream_started_at: ago({ days: 30 }) },
    ],
  }),
  'end before the start': ({ user, ago }) => ({
    'public.kick_stream_sessions': [
      {
        kick_user_id: user(),
        channel_name: 'backwards',
        stream_started_at: ago({ days: 2 }),
        stream_ended_at: ago({ days: 3 }),
      },
    ],
  }),
  'end at the start': ({ user, ago }) => ({
    'public.kick_stream_sessions': [
      {
        kick_user_id: user(),
        channel_name: 'no_time',
        stream_started_at: ago({ days: 2 }),
        stream_ended_at: ago({ days: 2 }),
      },
    ],
  }),
  'starts that differ by microseconds': ({ user, ago }) => ({
    'public.kick_stream_sessions': [
      { title: 'first', micros: 0, ended: 1 },
      { title: 'second', micros: 1, ended: 2 },
      { title: 'third', micros: 499, ended: null },
      { title: 'fourth', micros: -501, ended: 1 },
    ].map(({ title, micros, ended }) => ({
      kick_user_id: user(),
      channel_name: 'micro_apart',
      stream_started_at: ago({ days: 7, micros }),
      stream_ended_at: ended === null ? null : ago({ days: 7, hours: -ended }),
      title,
    })),
  }),
  'sessions that overlap': ({ user, ago }) => ({
    'public.kick_stream_sessions': [
      { kick_user_id: user(), stream_started_at: ago({ hours: 30 }), stream_ended_at: ago({ hours: 20 }) },
      { kick_user_id: user(), stream_started_at: ago({ hours: 25 }), stream_ended_at: ago({ hours: 15 }) },
    ],
  }),
  'start in the far future': ({ user, ago }) => ({
    'public.kick_stream_sessions': [
      { kick_user_id: user(0), stream_started_at: '9999-12-31T23:59:59Z' },
      { kick_user_id: user(1), stream_started_at: ago({ days: 1 }), stream_ended_at: '2238-01-01T00:00:00Z' },
    ],
  }),
  'start in the far past': ({ user }) => ({
    'public.kick_stream_sessions': [
      { kick_user_id: user(0), stream_started_at: '1970-01-01T00:00:00Z', stream_ended_at: '1970-01-01T01:00:00Z' },
      { kick_user_id: user(1), stream_started_at: '0001-01-01T00:00:00Z', stream_ended_at: '0001-01-02T00:00:00Z' },
    ],
  }),
  'infinite instants': ({ user, ago }) => ({
    'public.kick_stream_sessions': [
      { kick_user_id: user(0), stream_started_at: 'infinity' },
      { kick_user_id: user(1), stream_started_at: '-infinity', stream_ended_at: ago({ days: 1 }) },
      { kick_user_id: user(2), stream_started_at: ago({ days: 1 }), stream_ended_at: 'infinity' },
    ],
    'public.kick_streamer_probe_schedule': [
      { kick_user_id: user(3), next_probe_at: 'infinity', last_probed_at: '-infinity' },
    ],
  }),
  'session without a user': ({ ago }) => ({
    'public.kick_stream_sessions': [
      {
        kick_user_id: '',
        channel_name: 'whose',
        stream_started_at: ago({ days: 8 }),
        stream_ended_at: ago({ days: 7 }),
      },
    ],
  }),
  'session with counts below zero': ({ user, ago }) => ({
    'public.kick_stream_sessions': [
      {
        kick_user_id: user(),
        stream_started_at: ago({ days: 8 }),
        stream_ended_at: ago({ days: 7 }),
        peak_viewers: -3,
        avg_viewers: -1.5,
      },
    ],
  }),
  'session with a title of 10,000 characters': ({ user, ago }) => ({
    'public.kick_stream_sessions': [
      {
        kick_user_id: user(),
        stream_started_at: ago({ days: 8 }),
        stream_ended_at: ago({ days: 7 }),
        title: 'title '.repeat(1_667),
        category: '  ',
      },
    ],
  }),
  'schedule with odd intervals': ({ user, ago }) => ({
    'public.kick_streamer_probe_schedule': [0, -60, 2_147_483_647].map((interval_seconds, n) => ({
      kick_user_id: user(n),
      next_probe_at: ago({ minutes: 1 }),
      interval_seconds,
    })),
  }),
  'schedule without a user': ({ ago }) => ({
    'public.kick_streamer_probe_schedule': [{ kick_user_id: '', next_probe_at: ago({ days: 1 }) }],
  }),
  'subscription without an id': ({ user, ago }) => ({
    'public.kick_event_subscriptions': [
      { kick_user_id: user(), event_type: 'channel.followed', created_at: ago({ days: 5 }) },
      { kick_user_id: user(), event_type: 'channel.followed', created_at: ago({ days: 4 }) },
    ],
  }),
  'subscription to one event twice': ({ user, ago }) => ({
    'public.kick_event_subscriptions': [0, 1].map((n) => ({
      kick_user_id: user(),
      event_type: 'livestream.status.updated',
      subscription_id: `twice-${n}`,
      created_at: ago({ days: 5 - n }),
    })),
  }),
  'subscription to what is no event': ({ user, ago }) => ({
    'public.kick_event_subscriptions': [
      { kick_user_id: user(), event_type: '', subscription_id: 'no-event', created_at: ago({ days: 5 }) },
    ],
  }),
  'scrape of nobody': ({ ago }) => ({
    'scrape.kick_raw': [
      { url: 'https://kick.com/api/before-it-was-known', body: '{"user_id": 1}', fetched_at: ago({ days: 5 }) },
      { kick_user_id: '', url: '', status: null, body: '<html>Just a moment', fetched_at: ago({ days: 5 }) },
    ],
  }),
  'archive runs that failed': ({ ago }) => ({
    'public.kick_chat_s3_archive_log': [
      { rows_exported: 500_000, files_written: 3, created_at: ago({ days: 3 }) },
      { success: false, error: 'AccessDenied: no such key', created_at: ago({ days: 2 }) },
      { rows_exported: -1, files_written: -1, success: false, error: '', created_at: ago({ days: 1 }) },
    ],
  }),
} satisfies Record<string, Fault>
