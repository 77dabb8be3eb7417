import { fileURLToPath } from 'node:url'
import { legacyTelemetry } from '../clickhouse/settle.ts'
import { takeOverLegacyTables } from '../clickhouse/take-over.ts'
import type { Finding, FindingSummary, Step, StepContext } from '../step.ts'

/** Where the migrations of ClickHouse are. */
export const clickHouseMigrations = fileURLToPath(new URL('../../../clickhouse/migrations', import.meta.url))

const secondsPerRow = 0.000_02

const otherEnvs = 'kept under that name: a program whose TIER is that name reads them'

/** Notes that so many rows are done, so that the time left can be told. */
export const noteRows = async (
  { batches }: Pick<StepContext, 'batches'>,
  position: unknown,
  rows: number,
): Promise<void> => {
  let isNoted = false
  await batches(async () => {
    const noted = isNoted
    isNoted = true
    return { position, rows: noted ? 0 : rows, done: noted }
  })
}

/** Takes the tables of ClickHouse over that have names of ours. */
export const historyStep: Step = {
  name: 'history',
  phase: 'phase-a',
  title: 'Take over the tables of ClickHouse',
  async estimate({ clickHouse, tier }) {
    const tables = (await legacyTelemetry(clickHouse)).filter(({ state }) => state === 'legacy')
    const rows = tables.flatMap(({ envs }) => envs).reduce((sum, env) => sum + env.rows, 0)
    const findings = tables.flatMap(({ table, envs }): FindingSummary[] => {
      const others = envs.filter(({ env }) => env !== tier)
      if (others.length === 0) return []
      const examples = others.slice(0, 3).map(({ env, rows: count }) => `${env}: ${count} rows`)
      return [{ kind: 'rows-of-another-env', table: `vf.${table}`, done: otherEnvs, count: others.length, examples }]
    })
    return { rows, seconds: tables.length === 0 ? 0 : 2 + rows * secondsPerRow, findings }
  },
  async run(context) {
    const { clickHouse, db, find, log, retentionDays, signal, tier } = context
    const before = await legacyTelemetry(clickHouse)
    const findings = before.flatMap(({ table, envs }) =>
      envs.flatMap(({ env, rows }): Finding[] =>
        env === tier
          ? []
          : [{ kind: 'rows-of-another-env', table: `vf.${table}`, key: env, details: { rows }, done: otherEnvs }],
      ),
    )
    await db.transaction((tx) => find(tx, findings))
    const settings = { retentionDays }
    await takeOverLegacyTables(clickHouse, {
      directory: clickHouseMigrations,
      settings,
      log,
      signal,
      onProbes: async (days) => {
        const same = days.filter(({ rows, told }) => rows > told)
        await db.transaction((tx) =>
          find(
            tx,
            same.map(({ day, rows, told }) => ({
              kind: 'probes-of-one-second',
              table: 'vf.kick_streamer_probe',
              key: new Date(day * 1_000).toISOString().slice(0, 10),
              details: { rows, seconds: told },
              done: 'of several rows of a channel and second the one with most viewers counts',
            })),
          ),
        )
        await noteRows(
          context,
          { through: days.at(-1)?.day ?? null },
          days.reduce((sum, { rows }) => sum + rows, 0),
        )
      },
      onScores: async ({ from, told }) => noteRows(context, { scoresThrough: from }, told),
    })
    await noteRows(context, null, 0)
  },
}
