import { number } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { legacyProbes, legacyScores, readNote } from '../clickhouse/legacy-tables.ts'
import { insertMissing } from '../clickhouse/overlap.ts'
import type { Finding } from '../step.ts'
import { readingStep } from './by-id.ts'
import { keepRows } from './left-rows.ts'

/** Copies of the tables of Postgres, in the form of the tables of ClickHouse from before. */
export const mirrors = { probes: 'adoption_probes_mirror', scores: 'adoption_scores_mirror' } as const

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

const platforms = new Set(['kick', 'twitch', 'x'])
const isCount = (value: number | null): boolean => value === null || (value >= 0 && value <= 0xffff_ffff)
/** The first instant that old rows may have, in seconds since 1970: 1980. */
const firstInstant = 315_532_800

/** The name that the tier has in the tables of before. */
const envOfBefore = async (clickHouse: ClickHouse, table: string, tier: string): Promise<string> => {
  const envs = (await readNote(clickHouse, table))?.envs ?? {}
  return Object.keys(envs).find((env) => envs[env] === tier) ?? tier
}

type Unread = { row: { id: string }; reason: string }

const unreadFindings = async (
  dataDir: string,
  table: string,
  range: { after: string; last: string },
  unread: readonly Unread[],
): Promise<Finding[]> => {
  const file = await keepRows(
    dataDir,
    { table, what: 'unread', from: range.after, to: range.last },
    unread.map(({ row, reason }) => ({ ...row, reason })),
  )
  return unread.map(({ row, reason }) => ({
    kind: 'can-not-be-read',
    table,
    key: row.id,
    details: { reason, file },
    done: 'kept in the file',
  }))
}

type ProbeRow = {
  id: string
  platform: string
  user: string
  at: number
  started: number | null
  viewers: number | null
  followers: number | null
}

const unreadableProbe = (
  { platform, user, at, viewers, followers, started }: ProbeRow,
  oldest: number,
): string | null => {
  if (!platforms.has(platform)) return 'the platform is none that is known'
  if (user === '') return 'it names no user'
  if (!isCount(viewers) || !isCount(followers)) return 'a count is below zero'
  if (at < firstInstant || at > Date.now() / 1_000 + 300) return 'its instant can not be true'
  if (started !== null && (started < 0 || started > 0xffff_ffff)) return 'the start of the broadcast can not be true'
  return at < oldest ? 'it is older than the retention of probes' : null
}

/** Copies the probes of Postgres beside those of ClickHouse. */
export const probesMirrorStep = readingStep<ProbeRow>({
  name: 'probes-mirror',
  title: 'Copy the probes of Postgres beside those of ClickHouse',
  table: 'public.kick_streamer_probe',
  size,
  secondsPerRow: 0.000_02,
  columns: `lower(btrim(platform)) AS platform, btrim(platform_user_id) AS user, floor(extract(epoch FROM recorded_at))::float8 AS at,
    floor(extract(epoch FROM stream_started_at))::float8 AS started, viewer_count AS viewers, follower_count AS followers`,
  async begin({ clickHouse }) {
    await clickHouse.command(createProbes(mirrors.probes))
    // Where the old system wrote probes to Postgres alone, there is no table of before.
    await clickHouse.command(createProbes(legacyProbes.before))
    await clickHouse.command(
      `ALTER TABLE ${legacyProbes.before} MODIFY COLUMN viewer_count Nullable(UInt32), MODIFY COLUMN follower_count Nullable(UInt32)`,
    )
  },
  async bring({ clickHouse, dataDir, retentionDays, tier }, _, rows, range) {
    const env = await envOfBefore(clickHouse, legacyProbes.before, tier)
    const oldest = Math.floor(Date.now() / 86_400_000 - retentionDays.probes + 3) * 86_400
    const unread: Unread[] = []
    const lines = rows.flatMap((row) => {
      const reason = unreadableProbe(row, oldest)
      if (reason !== null) unread.push({ row, reason })
      const { platform, user, at, started, viewers, followers } = row
      const isLive = started !== null
      return reason === null
        ? [`${JSON.stringify([env, platform, user, at, started, isLive ? viewers : (viewers ?? 0), followers, ''])}\n`]
        : []
    })
    if (lines.length > 0)
      await clickHouse.insertBatch({
        table: mirrors.probes,
        columns: legacyProbes.columns,
        format: 'JSONCompactEachRow',
        body: Buffer.from(lines.join('')),
        token: `adoption probes ${range.after}-${range.last}`,
        rows: lines.length,
      })
    return unreadFindings(dataDir, 'public.kick_streamer_probe', range, unread)
  },
})

type ScoreRow = { id: string; platform: string; user: string; at: number; score: number; factors: string }

const unreadableScore = ({ platform, user, at, score }: ScoreRow, oldest: number): string | null => {
  if (!platforms.has(platform)) return 'the platform is none that is known'
  if (user === '') return 'it names no user'
  if (at < firstInstant || at > Date.now() / 1_000 + 300) return 'its instant can not be true'
  if (!Number.isFinite(score)) return 'the score is no number'
  return at < oldest ? 'it is older than the retention of scores' : null
}

/** Copies the scores of Postgres beside those of ClickHouse. */
export const scoresMirrorStep = readingStep<ScoreRow>({
  name: 'scores-mirror',
  title: 'Copy the past scores of Postgres beside those of ClickHouse',
  table: 'public.streamer_trust_score_history',
  size,
  secondsPerRow: 0.000_03,
  columns: `lower(btrim(platform)) AS platform, btrim(platform_user_id) AS user, floor(extract(epoch FROM computed_at))::float8 AS at,
    score::float8 AS score, factors::text AS factors`,
  async begin({ clickHouse }) {
    await clickHouse.command(createScores(mirrors.scores))
    await clickHouse.command(createScores(legacyScores.before))
  },
  async bring({ clickHouse, dataDir, tier }, _, rows, range) {
    const env = await envOfBefore(clickHouse, legacyScores.before, tier)
    const oldest = Math.floor(Date.now() / 86_400_000 - 720) * 86_400
    const unread: Unread[] = []
    const lines = rows.flatMap((row) => {
      const reason = unreadableScore(row, oldest)
      if (reason !== null) unread.push({ row, reason })
      const { platform, user, at, score, factors } = row
      return reason === null ? [`${JSON.stringify([env, platform, user, at, score, factors])}\n`] : []
    })
    if (lines.length > 0)
      await clickHouse.insertBatch({
        table: mirrors.scores,
        columns: legacyScores.columns,
        format: 'JSONCompactEachRow',
        body: Buffer.from(lines.join('')),
        token: `adoption scores ${range.after}-${range.last}`,
        rows: lines.length,
      })
    return unreadFindings(dataDir, 'public.streamer_trust_score_history', range, unread)
  },
})

const partitionsOf = (table: string, instant: string) =>
  namedQuery({
    name: 'adoption_months',
    sql: `SELECT toUInt32(toYYYYMM(${instant}, 'UTC')) AS month FROM ${table} GROUP BY month ORDER BY month`,
    row: { month: number },
  })

/** Brings what a copy has and the table of before lacks into that table, a month at a time. */
export const bringMissing = async (store: ClickHouse, which: keyof typeof mirrors): Promise<void> => {
  const [from, to, instant] =
    which === 'probes'
      ? [mirrors.probes, legacyProbes.before, 'ts']
      : [mirrors.scores, legacyScores.before, 'computed_at']
  // Two rows of one second are told apart where they are settled.
  for (const { month } of await store.query(partitionsOf(from, instant), {}))
    await store.command(
      insertMissing(to, `SELECT * FROM ${from} WHERE toYYYYMM(${instant}, 'UTC') = ${month}`, instant),
    )
}
