import type { Fault } from './fault.ts'

/** What is wrong with claims and with the profiles that lie in their rows. */
export const claimFaults = {
  'claimed twice under different names': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [
      {
        streamer_id: streamer(0),
        kick_user_id: user(),
        channel_name: 'twice_before',
        kick_display_name: 'Before',
        kick_follower_count: 10,
        created_at: ago({ days: 300 }),
        kick_synced_at: ago({ days: 200 }),
      },
      {
        streamer_id: streamer(1),
        kick_user_id: user(),
        channel_name: 'twice_after',
        kick_display_name: 'After',
        kick_follower_count: 20,
        created_at: ago({ days: 100 }),
        kick_synced_at: ago({ days: 1 }),
      },
    ],
  }),
  'two verified claims of one channel': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [0, 1, 2].map((n) => ({
      streamer_id: streamer(n),
      kick_user_id: user(),
      channel_name: 'verified_by_three',
      verified: true,
      // The one in the middle of the table was the first.
      created_at: ago({ days: [90, 120, 60][n] }),
    })),
  }),
  'verified claim that came later': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [
      { streamer_id: streamer(0), kick_user_id: user(), channel_name: 'verified_later', created_at: ago({ days: 90 }) },
      {
        streamer_id: streamer(1),
        kick_user_id: user(),
        channel_name: 'verified_later',
        verified: true,
        created_at: ago({ days: 30 }),
      },
    ],
  }),
  'one streamer with the same claim twice': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [
      { streamer_id: streamer(), kick_user_id: user(), channel_name: 'same_twice', created_at: ago({ days: 90 }) },
      {
        streamer_id: streamer(),
        kick_user_id: user(),
        channel_name: 'Same_Twice',
        verified: true,
        created_at: ago({ days: 30 }),
      },
    ],
  }),
  'claims at one instant': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [0, 1].map((n) => ({
      streamer_id: streamer(n),
      kick_user_id: user(),
      channel_name: 'at_one_instant',
      verified: true,
      created_at: ago({ days: 50 }),
    })),
  }),
  'claim without a streamer': ({ user, ago }) => ({
    'public.streamer_channels': [
      { kick_user_id: user(), channel_name: 'nobodys', verified: true, created_at: ago({ days: 9 }) },
    ],
  }),
  'claim without a user id': ({ streamer, ago }) => ({
    'public.streamer_channels': [
      { streamer_id: streamer(), channel_name: 'never_resolved', created_at: ago({ days: 9 }) },
      { streamer_id: streamer(), created_at: ago({ days: 9 }) },
    ],
  }),
  'user id that is empty or blank': ({ streamer, ago }) => ({
    'public.streamer_channels': [
      { streamer_id: streamer(), kick_user_id: '', channel_name: 'empty_id', created_at: ago({ days: 9 }) },
      { streamer_id: streamer(), kick_user_id: '   ', channel_name: 'blank_id', created_at: ago({ days: 9 }) },
    ],
  }),
  'user id with spaces around it': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [
      { streamer_id: streamer(), kick_user_id: ` ${user()} `, channel_name: 'spaced_id', created_at: ago({ days: 9 }) },
    ],
    'public.kick_stream_sessions': [
      { kick_user_id: user(), stream_started_at: ago({ days: 3 }), stream_ended_at: ago({ days: 2 }) },
    ],
  }),
  'user id beyond bigint': ({ streamer, ago }) => ({
    'public.streamer_channels': [
      {
        streamer_id: streamer(),
        kick_user_id: '99999999999999999999999',
        channel_name: 'beyond_bigint',
        created_at: ago({ days: 9 }),
      },
    ],
  }),
  'user id that is no number': ({ streamer, ago }) => ({
    'public.streamer_channels': [
      {
        streamer_id: streamer(),
        kick_user_id: "no-number'; --",
        channel_name: 'no_number',
        created_at: ago({ days: 9 }),
      },
    ],
  }),
  'user ids that differ by a leading zero': ({ user, streamer, ago }) => ({
    'public.streamer_channels': ['', '00'].map((zeros, n) => ({
      streamer_id: streamer(n),
      kick_user_id: `${zeros}${user()}`,
      channel_name: `leading_zero_${n}`,
      created_at: ago({ days: 9 }),
    })),
  }),
  'one id on two platforms': ({ user, streamer, ago }) => ({
    'public.streamer_channels': ['kick', 'twitch', 'x'].map((platform) => ({
      streamer_id: streamer(),
      platform,
      kick_user_id: user(),
      channel_name: 'everywhere',
      kick_follower_count: platform === 'x' ? 900 : null,
      verified: platform === 'kick',
      created_at: ago({ days: 9 }),
    })),
  }),
  'twitch row without a kick row': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [
      {
        streamer_id: streamer(),
        platform: 'twitch',
        kick_user_id: user(),
        channel_name: 'On_Twitch',
        created_at: ago({ days: 9 }),
      },
    ],
  }),
  'x row that knows no id': ({ streamer, ago }) => ({
    'public.streamer_channels': [
      {
        streamer_id: streamer(),
        platform: 'x',
        channel_name: 'on_x_by_name',
        kick_follower_count: 12,
        created_at: ago({ days: 9 }),
      },
    ],
  }),
  'platform in capitals': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [
      {
        streamer_id: streamer(),
        platform: 'Kick',
        kick_user_id: user(),
        channel_name: 'in_capitals',
        created_at: ago({ days: 9 }),
      },
    ],
  }),
  'platform that nobody knows': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [
      {
        streamer_id: streamer(),
        platform: 'youtube',
        kick_user_id: user(),
        channel_name: 'elsewhere',
        created_at: ago({ days: 9 }),
      },
    ],
  }),
  'profile with counts below zero': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [
      {
        streamer_id: streamer(),
        kick_user_id: user(),
        channel_name: 'below_zero',
        kick_follower_count: -5,
        kick_subscriber_count: -1,
        created_at: ago({ days: 9 }),
        kick_synced_at: ago({ days: 1 }),
      },
    ],
  }),
  'profile that was never synced': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [
      {
        streamer_id: streamer(0),
        kick_user_id: user(),
        channel_name: 'never_synced',
        kick_display_name: 'Typed',
        created_at: ago({ days: 2 }),
      },
      {
        streamer_id: streamer(1),
        kick_user_id: user(),
        channel_name: 'synced',
        kick_display_name: 'Told',
        created_at: ago({ days: 80 }),
        kick_synced_at: ago({ days: 5 }),
      },
    ],
  }),
  'profile synced in the future': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [
      {
        streamer_id: streamer(0),
        kick_user_id: user(),
        channel_name: 'of_the_future',
        created_at: ago({ days: 9 }),
        kick_synced_at: ago({ days: -4000 }),
      },
      {
        streamer_id: streamer(1),
        kick_user_id: user(),
        channel_name: 'of_today',
        created_at: ago({ days: 9 }),
        kick_synced_at: ago({ minutes: 5 }),
      },
    ],
  }),
  'live flag that was left on': ({ user, streamer, ago }) => ({
    'public.streamer_channels': [
      {
        streamer_id: streamer(),
        kick_user_id: user(),
        channel_name: 'left_on',
        kick_is_live: true,
        created_at: ago({ days: 90 }),
        kick_synced_at: ago({ days: 40 }),
      },
    ],
  }),
} satisfies Record<string, Fault>
