import path from 'node:path'
import { readConfig } from '../config/config.ts'
import { ConfigError } from '../lib/errors.ts'
import { silentLog } from '../lib/log.ts'
import { ownPlace } from '../lib/own-folder.ts'
import { startCapture } from '../splitting/capture.ts'
import { checkNewPlace, checkOldPlace, identityOf } from '../splitting/check-places.ts'
import { checkRightsOfNew, checkRightsOfOld } from '../splitting/check-rights.ts'
import { prepareJobs } from '../splitting/jobs-queue.ts'
import { moveOf, preparePlace } from '../splitting/new-place.ts'
import { openPlace, type Place } from '../splitting/open-places.ts'
import { readSplitState, type SplitState } from '../splitting/split-state.ts'
import { runningEmbeddedUrl } from '../stores/postgres/embedded-url.ts'
import { migratePostgres, postgresMigrations, selectMigrations } from '../stores/postgres/migrate.ts'
import { readTables, type Table } from '../stores/postgres/tables.ts'
import { type ProgramContext, withConfig } from './program-command.ts'

/** Where the migrations are. */
const migrationsFolder = ownPlace('prisma/migrations')

/** The old place of a move. */
export type OldPlace = AsyncDisposable & {
  source: Place
  state: SplitState
  tables: readonly Table[]
  signal: AbortSignal
}

/** Both places of a move. */
export type BothPlaces = OldPlace & { target: Place }

/** The option that names the new place. */
export const toOption = {
  about: 'the empty database into which dm moves; left out, DM_DATABASE_URL',
  value: {
    form: '<url>',
    must: 'a URL like postgresql://user:password@host:5432/database',
    read: (word: string) => (/^postgres(ql)?:$/.test(URL.parse(word)?.protocol ?? '') ? word : undefined),
  },
} as const

/** Opens the database in which `dm` is: DATABASE_URL, or the embedded one of a running program. */
export const openOldPlace = async (context: ProgramContext): Promise<OldPlace> => {
  const { config, signal } = withConfig(context)
  const url = config.databaseUrl ?? runningEmbeddedUrl(path.join(config.dataDir, 'postgres'))
  if (url === undefined)
    throw new ConfigError(
      'DATABASE_URL is not set and no embedded Postgres runs: start the program, or set DATABASE_URL.',
    )
  await using opened = new AsyncDisposableStack()
  const source = opened.use(
    await openPlace(url, config.databaseUrl === undefined ? 'The embedded Postgres' : 'DATABASE_URL'),
  )
  const migrations = (await postgresMigrations(migrationsFolder)).filter(selectMigrations(['dm']))
  const state = await checkOldPlace(source, migrations)
  const tables = await readTables(source.db)
  const stack = opened.move()
  return { source, state, tables, signal, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Opens both places; a ConfigError where `dm` can not be moved from the one to the other. */
export const openBothPlaces = async (context: ProgramContext, to: string | undefined): Promise<BothPlaces> => {
  const url = to ?? readConfig(context.env).dmDatabaseUrl
  if (url === undefined)
    throw new ConfigError('Name the empty database into which dm moves: --to <url>, or DM_DATABASE_URL.')
  await using opened = new AsyncDisposableStack()
  const old = opened.use(await openOldPlace(context))
  const target = opened.use(await openPlace(url, to === undefined ? 'DM_DATABASE_URL' : '--to'))
  await checkRightsOfOld(old.source)
  await checkRightsOfNew(target)
  await checkNewPlace(old.source, target, old.state, old.tables)
  const stack = opened.move()
  return { ...old, target, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** The connections of both places, as the parts of a move take them. */
export const placesOf = ({ source, target, tables, signal }: BothPlaces) => ({
  source: source.db,
  target: target.db,
  tables,
  signal,
})

/** The old place notes what changes, and the new one is ready to be filled. */
export const beginMove = async (places: BothPlaces): Promise<void> => {
  const { source, target, tables, signal } = places
  await startCapture(source.db, tables, target.name, signal)
  const state = await readSplitState(source.tx)
  if (state.role !== 'source') throw new Error('The old place lost its notes.')
  if ((await moveOf(target.db)) !== null) {
    await prepareJobs(source.db, target.db)
    return
  }
  await migratePostgres({
    url: target.url,
    name: target.name,
    directory: migrationsFolder,
    sides: ['dm'],
    log: silentLog,
    signal,
  })
  await preparePlace(target.db, tables, state.id, await identityOf(source))
  await prepareJobs(source.db, target.db)
}
