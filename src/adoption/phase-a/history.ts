import { ownPlace } from '../../lib/own-folder.ts'
import { envsOfTakeOver, type TakeOverNote } from '../clickhouse/legacy-tables.ts'
import { legacyTelemetry } from '../clickhouse/settle.ts'
import { takeOverLegacyTables } from '../clickhouse/take-over.ts'
import type { AdoptionContext, Finding, FindingSummary, Step, StepContext } from '../step.ts'

/** Where the migrations of ClickHouse are. */
export const clickHouseMigrations = ownPlace('clickhouse/migrations')

const secondsPerRow = 0.000_025

const otherEnvs = 'kept under that name: a program with that TIER and a database of its own reads them'

/** What becomes of the rows of an env; null where they are the tier's anyway. */
const aboutEnv = (env: string, { tier, envs }: { tier: string; envs: TakeOverNote['envs'] }): string | null => {
  const to = envs[env] ?? env
  if (to !== env) return `taken over as rows of ${to}`
  return env === tier ? null : otherEnvs
}

/** What is told of environments, or was told when a takeover began that goes on. */
const envsNow = async ({
  clickHouse,
  envs,
}: Pick<AdoptionContext, 'clickHouse' | 'envs'>): Promise<TakeOverNote['envs']> =>
  envs ?? (await envsOfTakeOver(clickHouse)) ?? {}

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
  async estimate(context) {
    const { clickHouse, tier } = context
    const mapped = await envsNow(context)
    const tables = (await legacyTelemetry(clickHouse)).filter(({ state }) => state === 'legacy')
    const rows = tables.flatMap(({ envs }) => envs).reduce((sum, env) => sum + env.rows, 0)
    const findings = tables.flatMap(({ table, envs }): FindingSummary[] => {
      const about = Map.groupBy(envs, ({ env }) => aboutEnv(env, { tier, envs: mapped }))
      return Array.from(about).flatMap(([done, others]) => {
        const examples = others.slice(0, 3).map(({ env, rows: count }) => `${env}: ${count} rows`)
        const kind = 'rows-of-another-env'
        return done === null ? [] : [{ kind, table: `vf.${table}`, done, count: others.length, examples }]
      })
    })
    return { rows, seconds: tables.length === 0 ? 0 : 2 + rows * secondsPerRow, findings }
  },
  async run(context) {
    const { clickHouse, db, envs, find, log, retentionDays, signal, tier } = context
    const mapped = await envsNow(context)
    const before = await legacyTelemetry(clickHouse)
    const findings = before.flatMap(({ table, envs }) =>
      envs.flatMap(({ env, rows }): Finding[] => {
        const done = aboutEnv(env, { tier, envs: mapped })
        return done === null
          ? []
          : [{ kind: 'rows-of-another-env', table: `vf.${table}`, key: env, details: { rows }, done }]
      }),
    )
    await db.transaction((tx) => find(tx, findings))
    const settings = { retentionDays }
    await takeOverLegacyTables(clickHouse, {
      directory: clickHouseMigrations,
      settings,
      envs,
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
