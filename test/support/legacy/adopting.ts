import { cp } from 'node:fs/promises'
import path from 'node:path'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { holdDataDirectory } from '../../../src/stores/data-directory.ts'
import { type Program, runProgram } from '../app/program.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { sharedDirectory } from '../stores/shared-directory.ts'
import { makeAwkward } from './awkward.ts'
import {
  insertLegacyHistory,
  insertLegacyRows,
  makeLegacyHistory,
  makeLegacyTables,
  onConnection,
} from './legacy-database.ts'

/** How a command ended. */
export type Outcome = { code: number | null; stdout: string; stderr: string }

/** Waits for the end of a program. */
export const outcomeOf = async (program: Program): Promise<Outcome> => {
  const { code } = await program.ended
  return { code, stdout: program.stdout(), stderr: program.stderr() }
}

/** A running system of before: a database and the folder of an embedded ClickHouse, both its own. */
const createLegacySystem = async ({ of, history }: { of: string; history: string }) => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await sharedDirectory('adopting'))
  const database = opened.use(await createTestDatabase({ of }))
  // It takes none for its own that has content already.
  holdDataDirectory(directory.path)[Symbol.dispose]()
  await cp(history, path.join(directory.path, 'clickhouse'), { recursive: true })
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: directory.path,
    ENVIRONMENT: 'production',
    DEMO: 'off',
    LOG_LEVEL: 'warn',
    ADMIN_KEY: 'admin-key-of-the-adopted',
    OPERATOR_KEY: 'operator-key-of-the-adopted',
  }
  const stack = opened.move()
  return {
    url: database.url,
    db: database.db,
    dataDir: directory.path,
    env,
    /** Starts the program on both stores, with more of an environment. */
    spawn: (args: readonly string[], more: Record<string, string> = {}): Program =>
      stack.use(runProgram({ args, env: { ...env, ...more } })),
    /** Runs a command to its end. */
    async run(...args: string[]): Promise<Outcome> {
      await using program = runProgram({ args, env })
      return await outcomeOf(program)
    },
    /** Its ClickHouse in this process, while no command has it. */
    openHistory: () => openClickHouse({ directory: path.join(directory.path, 'clickhouse') }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type LegacySystem = Awaited<ReturnType<typeof createLegacySystem>>

/** The awkward set in both stores, made once and copied for each system that is adopted. */
export const makeAwkwardSystems = async () => {
  await using opened = new AsyncDisposableStack()
  const awkward = makeAwkward({ at: new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000) })
  const database = opened.use(await createTestDatabase({ of: 'template0' }))
  const directory = opened.use(await sharedDirectory('legacy'))
  const history = path.join(directory.path, 'clickhouse')
  await makeLegacyTables(database.url)
  await insertLegacyRows(database.url, awkward.rows)
  {
    await using store = await openClickHouse({ directory: history })
    await makeLegacyHistory(store)
    await insertLegacyHistory(store, awkward.rows)
  }
  // Nobody may be connected to what is copied.
  await onConnection(database.url, (client) => client.query('ANALYZE'))
  const of = new URL(database.url).pathname.slice(1)
  const stack = opened.move()
  return {
    awkward,
    /** Another system with the same rows. */
    create: () => createLegacySystem({ of, history }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
