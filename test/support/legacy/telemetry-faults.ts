import type { Fault, Make } from './fault.ts'

type Seen = { days: number; viewers: number | null; started?: number; micros?: number; followers?: number; n?: number }

const inPostgres = ({ user, ago }: Make, { days, viewers, started, micros, followers, n }: Seen) => ({
  platform_user_id: user(n),
  recorded_at: ago({ days, ...(micros === undefined ? {} : { micros }) }),
  stream_started_at: started === undefined ? null : ago({ days: started }),
  viewer_count: viewers,
  follower_count: followers ?? null,
})

const inClickHouse = ({ user, secondsAgo }: Make, { days, viewers, started, followers, n }: Seen) => ({
  platform_user_id: user(n),
  ts: secondsAgo({ days }),
  stream_started_at: started === undefined ? null : secondsAgo({ days: started }),
  viewer_count: viewers ?? 0,
  follower_count: followers ?? 0,
})

/** What is wrong with probes and scores: in Postgres, in ClickHouse, and between the two. */
export const telemetryFaults = {
  'only in probes': (make) => ({
    'public.kick_streamer_probe': [inPostgres(make, { days: 2, viewers: 5, started: 3 })],
  }),
  'only in ClickHouse': (make) => ({
    'vf.kick_streamer_probe': [
      { ...inClickHouse(make, { days: 300, viewers: 5, started: 301 }), slug: 'Only_ClickHouse' },
    ],
  }),
  'only in scores': ({ user, ago, secondsAgo }) => ({
    'public.streamer_trust_scores': [{ platform_user_id: user(0), computed_at: ago({ days: 1 }) }],
    'public.streamer_trust_score_history': [{ platform_user_id: user(1), computed_at: ago({ days: 1 }) }],
    'vf.streamer_trust_score_history': [{ platform_user_id: user(2), computed_at: secondsAgo({ days: 1 }) }],
  }),
  'probe in both stores': (make) => {
    const seen = { days: 1, viewers: 120, started: 2, followers: 7 }
    return {
      'public.kick_streamer_probe': [inPostgres(make, seen)],
      'vf.kick_streamer_probe': [inClickHouse(make, seen)],
    }
  },
  'probe in both stores with other counts': (make) => ({
    'public.kick_streamer_probe': [inPostgres(make, { days: 1, viewers: 120, started: 2 })],
    'vf.kick_streamer_probe': [inClickHouse(make, { days: 1, viewers: 121, started: 2 })],
  }),
  'probes in one store each': (make) => ({
    'public.kick_streamer_probe': [inPostgres(make, { days: 3, viewers: 33, started: 4 })],
    'vf.kick_streamer_probe': [inClickHouse(make, { days: 1, viewers: 11, started: 2 })],
  }),
  'probe twice in Postgres': (make) => ({
    'public.kick_streamer_probe': [0, 1].map(() => inPostgres(make, { days: 1, viewers: 9, started: 2 })),
  }),
  'probe twice in ClickHouse': (make) => ({
    'vf.kick_streamer_probe': [0, 1].map(() => inClickHouse(make, { days: 1, viewers: 9, started: 2 })),
  }),
  'probes within one second': (make) => ({
    'public.kick_streamer_probe': [1, 200_000, 999_999].map((micros, n) =>
      inPostgres(make, { days: 1, viewers: 50 + n, started: 2, micros: -micros }),
    ),
    'vf.kick_streamer_probe': [inClickHouse(make, { days: 1, viewers: 50, started: 2 })],
  }),
  'live without viewers, and not live': (make) => {
    const seen = [
      { days: 3, viewers: 0, started: 4 },
      { days: 2, viewers: 0 },
      { days: 1, viewers: null, started: 2 },
    ]
    return {
      'public.kick_streamer_probe': seen.map((one) => inPostgres(make, one)),
      'vf.kick_streamer_probe': seen.slice(0, 2).map((one) => inClickHouse(make, one)),
    }
  },
  'viewers of a channel that is not live': (make) => ({
    'public.kick_streamer_probe': [inPostgres(make, { days: 1, viewers: 40 })],
    'vf.kick_streamer_probe': [inClickHouse(make, { days: 2, viewers: 40 })],
  }),
  'counts below zero': (make) => ({
    'public.kick_streamer_probe': [inPostgres(make, { days: 1, viewers: -1, started: 2, followers: -1 })],
  }),
  'probe older than what ClickHouse keeps': (make) => ({
    'public.kick_streamer_probe': [inPostgres(make, { days: 500, viewers: 5, started: 501 })],
  }),
  'probe of the far past or future': (make) => ({
    'public.kick_streamer_probe': ['1900-01-01T00:00:00Z', '2299-01-01T00:00:00Z', 'infinity', '-infinity'].map(
      (recorded_at) => ({
        ...inPostgres(make, { days: 1, viewers: 5 }),
        recorded_at,
      }),
    ),
  }),
  'probe before its broadcast began': (make) => ({
    'public.kick_streamer_probe': [inPostgres(make, { days: 2, viewers: 5, started: 1 })],
    'vf.kick_streamer_probe': [inClickHouse(make, { days: 3, viewers: 5, started: 1 })],
  }),
  'broadcast that began in the far past': (make) => ({
    'public.kick_streamer_probe': [
      { ...inPostgres(make, { days: 2, viewers: 5 }), stream_started_at: '0001-01-01T00:00:00Z' },
    ],
    'vf.kick_streamer_probe': [{ ...inClickHouse(make, { days: 3, viewers: 5 }), stream_started_at: 0 }],
  }),
  'probe of another platform': (make) => ({
    'public.kick_streamer_probe': [{ ...inPostgres(make, { days: 1, viewers: 5, started: 2 }), platform: 'twitch' }],
    'vf.kick_streamer_probe': [{ ...inClickHouse(make, { days: 1, viewers: 5, started: 2, n: 1 }), platform: 'x' }],
  }),
  'probe of no user': (make) => ({
    'public.kick_streamer_probe': [{ ...inPostgres(make, { days: 1, viewers: 5 }), platform_user_id: '' }],
    'vf.kick_streamer_probe': [{ ...inClickHouse(make, { days: 1, viewers: 5 }), platform_user_id: '' }],
  }),
  'probe of another environment': (make) => ({
    'vf.kick_streamer_probe': [{ ...inClickHouse(make, { days: 1, viewers: 77, started: 2 }), env: 'stage' }],
  }),
  'score in both stores': ({ user, ago, secondsAgo }) => ({
    'public.streamer_trust_scores': [
      { platform_user_id: user(), score: 61.25, factors: { age: 0.5 }, computed_at: ago({ days: 1 }) },
    ],
    'public.streamer_trust_score_history': [
      { platform_user_id: user(), score: 61.25, factors: { age: 0.5 }, computed_at: ago({ days: 1 }) },
    ],
    'vf.streamer_trust_score_history': [
      { platform_user_id: user(), score: 61.25, factors: '{"age":0.5}', computed_at: secondsAgo({ days: 1 }) },
    ],
  }),
  'scores in one store each': ({ user, ago, secondsAgo }) => ({
    'public.streamer_trust_score_history': [{ platform_user_id: user(), score: 10, computed_at: ago({ days: 4 }) }],
    'vf.streamer_trust_score_history': [{ platform_user_id: user(), score: 20, computed_at: secondsAgo({ days: 2 }) }],
  }),
  'score out of its range': ({ user, ago }) => ({
    'public.streamer_trust_scores': [150, -5, 'NaN'].map((score, n) => ({
      platform_user_id: user(n),
      score,
      computed_at: ago({ days: 1 }),
    })),
    'public.streamer_trust_score_history': [
      { platform_user_id: user(0), score: 999.99, computed_at: ago({ days: 1 }) },
      { platform_user_id: user(2), score: 'NaN', computed_at: ago({ days: 1 }) },
    ],
  }),
  'factors of another shape': ({ user, ago }) => ({
    'public.streamer_trust_scores': [[], 'text', 0, [1, { name: 'age' }], { nested: { deep: [] }, '': 1 }].map(
      (factors, n) => ({
        platform_user_id: user(n),
        factors,
        computed_at: ago({ days: 1 }),
      }),
    ),
  }),
  'score of another platform': ({ user, ago }) => ({
    'public.streamer_trust_scores': [
      { platform: 'twitch', platform_user_id: user(0), computed_at: ago({ days: 1 }) },
      { platform: 'youtube', platform_user_id: user(1), computed_at: ago({ days: 1 }) },
      { platform_user_id: '', computed_at: ago({ days: 1 }) },
    ],
  }),
  'score of the future': ({ user, ago }) => ({
    'public.streamer_trust_scores': [{ platform_user_id: user(), computed_at: ago({ days: -3650 }) }],
    'public.streamer_trust_score_history': [{ platform_user_id: user(), computed_at: ago({ days: -3650 }) }],
  }),
} satisfies Record<string, Fault>
