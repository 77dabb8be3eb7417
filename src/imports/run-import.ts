import { createHash } from 'node:crypto'
import path from 'node:path'
import { backoffMs, sleep } from '../lib/backoff.ts'
import { ConfigError } from '../lib/errors.ts'
import { earliestMs } from '../platforms/instant-bounds.ts'
import { tellLateRows } from '../sessions/late-rows.ts'
import { ClickHouseError } from '../stores/clickhouse/clickhouse-error.ts'
import { number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { dropForgotten, takeImports } from './forget-imports.ts'
import { resolveChannels } from './import-channels.ts'
import { beginAnew, finishRun, type ImportRun, openRun, saveState } from './import-ledger.ts'
import type { ImportFormat } from './kinds.ts'
import { type Mapping, sourcesOf } from './mapping.ts'
import { readFiles } from './read-files.ts'
import { type ImportReport, reportImport } from './report.ts'
import { findFiles, openSource, type SourceFile } from './source-files.ts'
import { hasAllRows, type ImportContext, storeVerdicts } from './staged-rows.ts'
import { createStaging, dropStaging, stagingOf } from './staging-sql.ts'
import { channelsOfBatch, chatBatches, judgeChat, storeChat } from './store-chat.ts'
import { storeFollows } from './store-follows.ts'
import { storeSessions } from './store-sessions.ts'
import { judgeViewers, storeViewers, viewerBatches } from './store-viewers.ts'

/** How far an import is: of `total` rows so many are done, and how long the rest of this phase will take. */
export type ImportProgress = {
  phase: 'reading' | 'storing'
  rows: number
  total: number | null
  rowsPerSecond: number
  secondsLeft: number | null
}

export type ImportOptions = Pick<
  ImportContext,
  'kind' | 'env' | 'db' | 'clickHouse' | 'mapping' | 'isDryRun' | 'platforms' | 'log' | 'signal'
> & {
  /** A file, or a folder of files. */
  source: string
  format: ImportFormat | undefined
  /** After how many days rows may be gone. */
  retentionDays: { probes: number; chat: number }
  /** Where the files with refused rows are written. */
  folder: string
  onProgress: (progress: ImportProgress) => void
}

const dayMs = 86_400_000

/** What was done, the import it belongs to, and whether one that was interrupted went on. */
export type ImportOutcome = { id: string; isResumed: boolean; report: ImportReport }

const paceOf = (total: number | null, phase: ImportProgress['phase'], tell: ImportOptions['onProgress']) => {
  const startedAt = performance.now()
  let told = startedAt
  return (rows: number, share: number): void => {
    const now = performance.now()
    const isDone = share >= 1
    if (now - told < 2_000 && !isDone) return
    told = now
    const seconds = Math.max(0.001, (now - startedAt) / 1_000)
    tell({
      phase,
      rows,
      total,
      rowsPerSecond: Math.round(rows / seconds),
      secondsLeft: share > 0 ? Math.round((seconds * (1 - share)) / share) : null,
    })
  }
}

const has = async (
  { clickHouse, staging }: Pick<ImportContext, 'clickHouse' | 'staging'>,
  field: string,
): Promise<boolean> => {
  const counted = namedQuery({
    name: 'import_has',
    pool: 'heavy',
    sql: `SELECT toFloat64(countIf(${field} IS NOT NULL)) AS rows FROM ${staging.rows}`,
    row: { rows: number },
  })
  return (await clickHouse.query(counted, {}))[0]!.rows > 0
}

/** Does what may be repeated until the store takes it: in a cluster inserts of two nodes refuse each other. */
const repeat = async (work: () => Promise<void>, signal: AbortSignal): Promise<void> => {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      const isPassing = error instanceof ClickHouseError && ['unavailable', 'busy'].includes(error.failure)
      if (!isPassing || attempt === 7) throw error
      await sleep(backoffMs(attempt, { baseMs: 250, maxMs: 15_000 }), signal)
    }
  }
}

type Step = {
  rows: number
  judge: () => Promise<string[]>
  store: (token: string) => string
  tell: () => Promise<void>
}

const viewerSteps = async (context: ImportContext): Promise<Step[]> =>
  (await viewerBatches(context)).map((batch, index) => ({
    rows: batch.rows,
    judge: () => judgeViewers(context, batch, index),
    store: (token) => storeViewers(context, batch, index, token),
    tell: () =>
      tellLateRows(
        context.db,
        batch.groups.map(({ channel, from, to }) => ({
          channelId: channel,
          from: new Date(from * 1_000),
          to: new Date(to * 1_000),
          followerUserId: null,
        })),
      ),
  }))

const chatSteps = async (context: ImportContext): Promise<Step[]> =>
  (await chatBatches(context)).map((batch, index) => ({
    rows: batch.rows,
    judge: () => judgeChat(context, batch, index),
    store: (token) => storeChat(context, batch, index, token),
    tell: async () =>
      tellLateRows(
        context.db,
        (await channelsOfBatch(context, batch)).map(({ channel, from, to }) => ({
          channelId: BigInt(channel),
          from: new Date(from * 1_000),
          to: new Date(to * 1_000),
          followerUserId: null,
        })),
      ),
  }))

/** Judges and stores batch after batch in ClickHouse. A batch is judged once, before any of it is stored; storing it may be repeated. */
const storeInClickHouse = async (
  context: ImportContext,
  run: ImportRun,
  onProgress: ImportOptions['onProgress'],
): Promise<void> => {
  const { clickHouse, db, isDryRun, kind, signal } = context
  const steps = await (kind === 'viewers' ? viewerSteps : chatSteps)(context)
  const total = steps.reduce((sum, { rows }) => sum + rows, 0)
  const pace = paceOf(total, 'storing', onProgress)
  const { state } = run
  let done = steps.slice(0, state.batches).reduce((sum, { rows }) => sum + rows, 0)
  // A batch whose judging was interrupted is judged once more.
  if (run.isResumed && !state.isJudged)
    await clickHouse.command(
      `ALTER TABLE ${context.staging.verdicts} DELETE WHERE batch >= ${state.batches} SETTINGS mutations_sync = 1`,
    )
  for (const [index, step] of steps.entries()) {
    if (index < state.batches) continue
    signal.throwIfAborted()
    if (!state.isJudged) {
      for (const statement of await step.judge()) await clickHouse.command(statement)
      state.isJudged = true
      await saveState(db, run)
    }
    if (!isDryRun) {
      await step.tell()
      const statement = step.store(`import ${run.id} ${index}`)
      await repeat(() => clickHouse.command(statement), signal)
    }
    state.batches = index + 1
    state.isJudged = false
    await saveState(db, run)
    done += step.rows
    pace(done, done / Math.max(1, total))
  }
}

/** Judges and stores page after page in Postgres, each with its place in one transaction. */
const storeInPostgres = async (
  context: ImportContext,
  run: ImportRun,
  onProgress: ImportOptions['onProgress'],
): Promise<void> => {
  const { db, kind, signal } = context
  const { state } = run
  const total = state.rows
  const pace = paceOf(total, 'storing', onProgress)
  const storePage = kind === 'sessions' ? storeSessions : storeFollows
  let done = 0
  for (;;) {
    signal.throwIfAborted()
    await storeVerdicts(context, state.batches, state.verdicts, `${context.staging.verdicts} ${state.batches}`)
    const page = await storePage(
      context,
      state.after,
      (work) => db.transaction(work),
      (tx, { after, verdicts }) =>
        saveState(tx, { ...run, state: { ...state, after, verdicts, batches: state.batches + 1 } }),
    )
    if (!page) return
    state.after = page.after
    state.verdicts = page.verdicts
    state.batches += 1
    done += page.rows
    pace(done, Math.min(1, done / Math.max(1, total)))
  }
}

const fingerprintOf = (content: string, { kind, mapping, isDryRun }: ImportOptions): string =>
  createHash('sha256')
    .update(JSON.stringify([content, kind, mapping, isDryRun]))
    .digest('hex')

/** Which columns the files have, all alike; null where each row names its own. */
const columnsOf = async (files: readonly SourceFile[], mapping: Mapping): Promise<readonly string[] | null> => {
  let known: { columns: readonly string[] | null; name: string } | null = null
  for (const file of files) {
    await using source = await openSource(file, mapping.delimiter)
    const columns = source.columns
    if (known && known.columns?.join('\n') !== columns?.join('\n'))
      throw new ConfigError(`${file.name} has other columns than ${known.name}: bring them in one after the other.`)
    known = { columns, name: file.name }
  }
  return known!.columns
}

const limitsOf = ({ kind, retentionDays }: ImportOptions, startedAt: Date) => {
  const days = kind === 'viewers' ? retentionDays.probes : kind === 'chat' ? retentionDays.chat : null
  const oldest = days === null ? new Date(earliestMs) : new Date(startedAt.getTime() - days * dayMs)
  return { oldest, newest: new Date(startedAt.getTime() + 60_000) }
}

/**
 * Brings in the rows of files. The engine reads them into tables of their own, they are judged against what is there, and what is new is stored
 * as brought in. Whoever is interrupted goes on with the same call; the same rows again store nothing. A ConfigError says in a sentence why a
 * file can not be read, or that another import runs.
 */
export const runImport = async (options: ImportOptions): Promise<ImportOutcome> => {
  const { kind, env, db, clickHouse, mapping, source, format, folder, onProgress, signal, isDryRun, log } = options
  const { files, fingerprint } = await findFiles(source, format)
  const columns = await columnsOf(files, mapping)
  const sources = sourcesOf(kind, mapping, columns, files[0]!.name)
  const lock = await takeImports(db)
  if (!lock) throw new ConfigError('Another import runs: wait until it has ended, or end it.')
  await using _ = lock
  await dropForgotten(clickHouse, db)
  const run = await openRun(db, { env, kind, fingerprint: fingerprintOf(fingerprint, options), source })
  const staging = stagingOf(clickHouse.database, run.id)
  const drop = async () => {
    for (const statement of dropStaging(staging)) await clickHouse.command(statement)
  }
  const create = async () => {
    for (const statement of createStaging(kind, staging, mapping, sources, limitsOf(options, run.startedAt)))
      await clickHouse.command(statement)
  }
  try {
    await create()
    if (run.isResumed && !(await hasAllRows({ clickHouse, staging }, run.state))) {
      await drop()
      await create()
      beginAnew(run)
    }
    const pace = paceOf(null, 'reading', onProgress)
    const save = () => saveState(db, run)
    if (run.state.phase === 'read') {
      const read = { clickHouse, staging, mapping, columns: [...new Set(sources.values())], run, save, signal }
      await readFiles({ ...read, onProgress: (share) => pace(run.state.rows, share) }, files)
      run.state.phase = 'store'
      await save()
    }
    const hasInterval = kind === 'viewers' && (await has({ clickHouse, staging }, 'interval_seconds'))
    const context: ImportContext = { ...options, staging, has: (field) => field === 'interval_seconds' && hasInterval }
    await resolveChannels(context)
    await (kind === 'viewers' || kind === 'chat' ? storeInClickHouse : storeInPostgres)(context, run, onProgress)
    const names = files.map(({ path: file }) => path.basename(file))
    const report = await reportImport(context, { folder, id: run.id, files: names })
    await finishRun(db, run, report)
    await drop()
    log.info({ import: run.id, kind, isDryRun, ...report }, 'brought in rows of files')
    return { id: run.id, isResumed: run.isResumed, report }
  } catch (error) {
    // A file that can not be read will not be better the next time.
    if (error instanceof ConfigError) {
      await finishRun(db, run, { error: error.message })
      await drop()
    }
    throw error
  }
}
