import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { trustScoreFormat } from '../../../src/stores/clickhouse/tables/streamer-trust-score-history.ts'

/** A score that was computed; the instant in milliseconds since the epoch. */
export type ComputedScore = { user: string; at: number; score: number; env?: string }

/** Stores scores of accounts on Kick as one batch. */
export const insertTrustHistory = async (
  store: ClickHouse,
  points: readonly ComputedScore[],
  token: string,
): Promise<void> => {
  const { table, columns, render } = trustScoreFormat
  const rows = points.map(({ user, at, score, env = 'test' }) =>
    render({
      env,
      platform: 'kick',
      platform_user_id: user,
      computed_at: new Date(at),
      score,
      algorithm: 'channelscope-1',
      factors_json: '[]',
    }),
  )
  const body = Buffer.from(rows.map((row) => `${row}\n`).join(''))
  await store.insertBatch({ table, columns, format: 'JSONCompactEachRow', body, token, rows: rows.length })
}
