import path from 'node:path'
import { runSteps } from '../../../src/adoption/run-steps.ts'
import type { AdoptionContext, Phase, Step } from '../../../src/adoption/step.ts'
import { stepsOf } from '../../../src/adoption/steps.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { openFileObjects } from '../../../src/stores/objects/file-objects.ts'
import { openPostgres, type Postgres } from '../../../src/stores/postgres/postgres.ts'
import { insertLegacyRows, makeLegacyTables } from '../legacy/legacy-database.ts'
import type { LegacyRows } from '../legacy/legacy-rows.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'

/** A running system of before in a database of its own, which can be adopted. */
export type LegacySystem = AsyncDisposable & {
  readonly url: string
  /** As its own writers connect. */
  readonly db: Postgres
  readonly context: AdoptionContext
  /** Runs the steps of a phase. */
  run(phase: Phase, steps?: readonly Step[]): Promise<void>
  /** What a statement answers. */
  rows<Row = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>
}

/** Makes the tables of before with these rows, and an empty history. */
export const createLegacySystem = async (rows: LegacyRows = {}): Promise<LegacySystem> => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createTestDatabase({ of: 'template0' }))
  await makeLegacyTables(url)
  await insertLegacyRows(url, rows)
  const directory = stack.use(await temporaryDirectory('adoption'))
  const clickHouse = stack.use(await openClickHouse({ directory: directory.path }))
  const db = stack.use(
    openPostgres({ url, log: silentLog, max: 8, connectTimeoutMs: 60_000, statementTimeoutMs: 120_000 }),
  )
  const context: AdoptionContext = {
    db,
    clickHouse,
    objects: stack.use(openFileObjects(path.join(directory.path, 'objects'))),
    environment: 'production',
    tier: 'production',
    dataDir: directory.path,
    retentionDays: { probes: 365, chat: 30, webhooks: 30 },
    log: silentLog,
    signal: new AbortController().signal,
  }
  const made = stack.move()
  return {
    url,
    db,
    context,
    run: (phase, steps = stepsOf[phase]) => runSteps(phase, steps, context, () => undefined),
    rows: async <Row>(sql: string, values: readonly unknown[] = []) =>
      (await db.pool.query(sql, values.slice())).rows as Row[],
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  }
}
