import { number } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { legacyProbes, legacyScores, readNote } from '../clickhouse/legacy-tables.ts'
import { insertMissing } from '../clickhouse/overlap.ts'
import { type Mirror, type MirroredRow, mirrorStep } from './mirror.ts'

const window = 'SETTINGS non_replicated_deduplication_window = 10000'

const createProbes = (
  table: string,
) => `CREATE TABLE IF NOT EXISTS ${table} (env LowCardinality(String), platform LowCardinality(String),
  platform_user_id String, ts DateTime('UTC'), stream_started_at Nullable(DateTime('UTC')), viewer_count Nullable(UInt32),
  follower_count Nullable(UInt32), slug String DEFAULT '')
  ENGINE = MergeTree PARTITION BY toYYYYMM(ts) ORDER BY (env, platform, platform_user_id, ts) ${window}`

const createScores = (
  table: string,
) => `CREATE TABLE IF NOT EXISTS ${table} (env LowCardinality(String), platform LowCardinality(String),
  platform_user_id String, computed_at DateTime('UTC'), score Float64, factors String)
  ENGINE = MergeTree PARTITION BY toYear(computed_at) ORDER BY (env, platform, platform_user_id, computed_at) ${window}`

/** Rows of a batch: with the tokens that a table remembers, as many batches as ten billion rows have. */
const size = 50_000

/** The name that the tier has in the tables of before. */
const envOfBefore = async (clickHouse: ClickHouse, table: string, tier: string): Promise<string> => {
  const envs = (await readNote(clickHouse, table))?.envs ?? {}
  return Object.keys(envs).find((env) => envs[env] === tier) ?? tier
}

/** SQL: what makes an instant one that can not be true. Old rows may be from 1980 on. */
export const impossibleInstant = [
  `at NOT BETWEEN 315532800 AND extract(epoch FROM $2::timestamptz) + 300`,
  'its instant can not be true',
] as const

const unknownAccount = [
  [`platform NOT IN ('kick', 'twitch', 'x')`, 'the platform is none that is known'],
  [`account = ''`, 'it names no user'],
] as const

const account = 'lower(btrim(platform)) AS platform, btrim(platform_user_id) AS account'
const sameAccount = [
  ['platform', 'platform'],
  ['account', 'platform_user_id'],
] as const

const daysBefore = (now: Date, days: number): number => Math.floor(now.getTime() / 86_400_000 - days) * 86_400

/** The probes of Postgres beside those of ClickHouse. */
export const probesMirror: Mirror = {
  table: 'public.kick_streamer_probe',
  mirror: 'adoption_probes_mirror',
  step: 'probes-mirror',
  columns: `${account}, floor(extract(epoch FROM recorded_at))::float8 AS at, floor(extract(epoch FROM stream_started_at))::float8 AS started,
    CASE WHEN stream_started_at IS NULL THEN coalesce(viewer_count, 0) ELSE viewer_count END AS viewers, follower_count AS followers`,
  unreadable: [
    ...unknownAccount,
    ['viewers NOT BETWEEN 0 AND 4294967295 OR followers NOT BETWEEN 0 AND 4294967295', 'a count is below zero'],
    impossibleInstant,
    ['started NOT BETWEEN 0 AND 4294967295', 'the start of the broadcast can not be true'],
  ],
  firstSecond: ({ retentionDays }, now) => daysBefore(now, retentionDays.probes - 3),
  instant: 'ts',
  same: [
    ...sameAccount,
    ['at::bigint', 'toUnixTimestamp(ts)'],
    ['started::bigint', 'toUnixTimestamp(stream_started_at)'],
    ['viewers', 'viewer_count'],
    ['followers', 'follower_count'],
  ],
}

type ProbeRow = MirroredRow & {
  platform: string
  account: string
  at: number
  started: number | null
  viewers: number | null
  followers: number | null
}

/** Copies the probes of Postgres beside those of ClickHouse. */
export const probesMirrorStep = mirrorStep<ProbeRow>(probesMirror, {
  title: 'Copy the probes of Postgres beside those of ClickHouse',
  size,
  secondsPerRow: 0.000_02,
  target: legacyProbes.columns,
  async begin({ clickHouse }) {
    await clickHouse.command(createProbes(probesMirror.mirror))
    // Where the old system wrote probes to Postgres alone, there is no table of before.
    await clickHouse.command(createProbes(legacyProbes.before))
    await clickHouse.command(
      `ALTER TABLE ${legacyProbes.before} MODIFY COLUMN viewer_count Nullable(UInt32), MODIFY COLUMN follower_count Nullable(UInt32)`,
    )
  },
  async lines({ clickHouse, tier }, _, rows) {
    const env = await envOfBefore(clickHouse, legacyProbes.before, tier)
    return {
      lines: rows.map(
        ({ platform, account, at, started, viewers, followers }) =>
          `${JSON.stringify([env, platform, account, at, started, viewers, followers, ''])}\n`,
      ),
    }
  },
})

/** The past scores of Postgres beside those of ClickHouse. */
export const scoresMirror: Mirror = {
  table: 'public.streamer_trust_score_history',
  mirror: 'adoption_scores_mirror',
  step: 'scores-mirror',
  columns: `${account}, floor(extract(epoch FROM computed_at))::float8 AS at, score::float8 AS score, factors::text AS factors`,
  unreadable: [
    ...unknownAccount,
    impossibleInstant,
    [`score IN ('NaN', 'Infinity', '-Infinity')`, 'the score is no number'],
  ],
  firstSecond: (_, now) => daysBefore(now, 720),
  instant: 'computed_at',
  same: [
    ...sameAccount,
    ['at::bigint', 'toUnixTimestamp(computed_at)'],
    ['round(score::numeric * 100)::bigint', 'toInt64(round(score * 100))'],
    ['factors', 'factors'],
  ],
}

type ScoreRow = MirroredRow & { platform: string; account: string; at: number; score: number; factors: string }

/** Copies the scores of Postgres beside those of ClickHouse. */
export const scoresMirrorStep = mirrorStep<ScoreRow>(scoresMirror, {
  title: 'Copy the past scores of Postgres beside those of ClickHouse',
  size,
  secondsPerRow: 0.000_03,
  target: legacyScores.columns,
  async begin({ clickHouse }) {
    await clickHouse.command(createScores(scoresMirror.mirror))
    await clickHouse.command(createScores(legacyScores.before))
  },
  async lines({ clickHouse, tier }, _, rows) {
    const env = await envOfBefore(clickHouse, legacyScores.before, tier)
    return {
      lines: rows.map(
        ({ platform, account, at, score, factors }) =>
          `${JSON.stringify([env, platform, account, at, score, factors])}\n`,
      ),
    }
  },
})

const partitionsOf = (table: string, instant: string) =>
  namedQuery({
    name: 'adoption_months',
    sql: `SELECT toUInt32(toYYYYMM(${instant}, 'UTC')) AS month FROM ${table} GROUP BY month ORDER BY month`,
    row: { month: number },
  })

/** Brings what a copy has and the table of before lacks into that table, a month at a time. */
export const bringMissing = async (store: ClickHouse, { mirror: from, instant }: Mirror): Promise<void> => {
  const to = from === probesMirror.mirror ? legacyProbes.before : legacyScores.before
  // Two rows of one second are told apart where they are settled.
  for (const { month } of await store.query(partitionsOf(from, instant), {}))
    await store.command(
      insertMissing(to, `SELECT * FROM ${from} WHERE toYYYYMM(${instant}, 'UTC') = ${month}`, instant),
    )
}
