import path from 'node:path'
import { createOperations, type OperationsOptions } from '../../../src/app/create-operations.ts'
import { readinessChecks } from '../../../src/app/readiness.ts'
import { startKnownLosses } from '../../../src/app/start-known-losses.ts'
import { readConfig } from '../../../src/config/config.ts'
import type { BatchSink } from '../../../src/ingest/batch-sink.ts'
import { startShipper } from '../../../src/ingest/shipper.ts'
import { openSpool } from '../../../src/ingest/spool.ts'
import { systemClock as clock } from '../../../src/lib/clock.ts'
import { silentLog as log } from '../../../src/lib/log.ts'
import { createJournal } from '../../../src/live/journal.ts'
import { builtInPlatforms } from '../../../src/platforms/registry.ts'
import { createSettings } from '../../../src/settings/settings.ts'
import { clickHouseMigrations } from '../../../src/stores/clickhouse/migrate.ts'
import { openObjects } from '../../../src/stores/objects/open-objects.ts'
import { postgresMigrations } from '../../../src/stores/postgres/migrate.ts'
import { type Job, startJobRunner } from '../../../src/workers/jobs/job-runner.ts'
import { operatorKey, startTestApi } from '../http/api.ts'
import { trustedDocument } from '../http/trusted-document.ts'
import { eventually } from '../lib/eventually.ts'
import { handlePlatform, knownHandle } from '../platforms/handle-platform.ts'
import { knownSettings } from '../settings/known-settings.ts'
import { openTestClickHouse } from '../stores/clickhouse.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { sidesOf } from '../stores/split-postgres.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'

type World = { jobs?: readonly Job[]; sink?: BatchSink; onQuery?: (name: string) => void }

/** Everything that `operations` looks at, real, over stores of its own; `with` asks it with some parts exchanged. */
export const openOperationsWorld = async ({ jobs = [], sink, onQuery }: World = {}) => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory('operations'))
  const config = readConfig({ ENVIRONMENT: 'test', DATA_DIR: directory.path })
  const { db } = opened.use(await createTestDatabase())
  const databases = sidesOf(db)
  const clickHouse = opened.use(await openTestClickHouse(onQuery && { onQuery })).store
  const spool = opened.use(
    await openSpool({ directory: path.join(directory.path, 'spool'), maxBytes: 100_000, log, clock }),
  )
  const shipper = opened.use(startShipper({ spool, sink: sink ?? clickHouse, log, clock }))
  const losses = opened.use(await startKnownLosses({ config, db, log }))
  const journal = opened.use(createJournal({ postgres: db, log }))
  journal.follow({ begin() {}, events: async () => {}, viewers() {}, deleted() {} })
  await eventually('the journal is followed', () => journal.health().lastReadMs !== null)
  const runner = opened.use(startJobRunner({ db, scope: 'tier', jobs, clock, log, scheduling: false }))
  const bucket = { now: () => ({ value: { s3: undefined } }), onChange: () => () => undefined }
  const objects = opened.use(openObjects({ bucket, dataDir: directory.path }))
  const settings = createSettings(knownSettings, log)
  const kick = handlePlatform(() => knownHandle(null))
  const names = await postgresMigrations('prisma/migrations')
  const migrations = { dm: names, public: names, clickHouse: await clickHouseMigrations('clickhouse/migrations') }
  const adapters = new Map([['kick', { ...kick, capabilities: new Set(['live-status' as const]) }]])
  const checksOver = (stores: OperationsOptions['stores']) =>
    readinessChecks({
      ...stores,
      settings,
      spool,
      journal,
      registry: builtInPlatforms,
      platforms: adapters,
      isPrepared: () => true,
      migrations,
    })

  const ask = async (changes: Partial<OperationsOptions> = {}, degraded: readonly string[] = []) => {
    const stores = changes.stores ?? { databases, clickHouse }
    const operations = createOperations({
      config,
      settings,
      stores,
      checks: checksOver(stores),
      ingest: { spool, shipper, losses },
      registry: builtInPlatforms,
      platforms: {
        adapters,
        budgets: () => [{ platform: 'kick', requestsPerSecond: 1, usedLastMinute: 0, pausedUntil: null }],
      },
      jobs: { runner, lag: { lagSeconds: () => 7_000, alarmSeconds: () => 86_400 } as never },
      objects,
      clock,
      log,
      ...changes,
    })
    return startTestApi({
      db,
      services: { operations: { ...operations, degraded: () => [] } },
      degraded: () => degraded,
    })
  }
  const stack = opened.move()
  return {
    config,
    db,
    databases,
    clickHouse,
    spool,
    losses,
    runner,
    settings,
    startApi: ask,
    /** What the place of operations is told. */
    async look(changes?: Partial<OperationsOptions>, degraded?: readonly string[]) {
      await using api = await ask(changes, degraded)
      const { data, errors } = await api.ask(trustedDocument('Operations'), {}, operatorKey)
      if (errors) throw new Error(JSON.stringify(errors))
      return data.operations
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type OperationsWorld = Awaited<ReturnType<typeof openOperationsWorld>>
