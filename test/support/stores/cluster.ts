import path from 'node:path'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { type Program, runProgram } from '../app/program.ts'
import { copyClickHouseTemplate } from './clickhouse.ts'
import { startClickHouseHttp } from './clickhouse-http.ts'
import { createTestDatabase } from './postgres.ts'
import { sharedDirectory } from './shared-directory.ts'

/** One process of the program. */
export type ClusterNode = Program & { readonly name: string; readonly url: string }

export const clusterKeys = { ADMIN_KEY: 'admin-key-of-the-cluster', OPERATOR_KEY: 'operator-key-of-the-cluster' }

/** One Postgres, one ClickHouse server, and as many processes of the program as are started on them. Both have every table, unless Postgres is another one. */
export const startCluster = async (
  environment: Record<string, string>,
  { databaseUrl }: { databaseUrl?: string } = {},
) => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await sharedDirectory('cluster'))
  const database = opened.use(await createTestDatabase())
  const engine = path.join(directory.path, 'clickhouse')
  if (databaseUrl === undefined) await copyClickHouseTemplate(engine)
  const front = opened.use(await startClickHouseHttp(engine))
  const clickHouse = opened.use(await openClickHouse({ url: front.url }))
  const disposal = opened.move()

  const dataDirOf = (name: string): string => path.join(directory.path, name)
  /** A process that has been started; its data directory goes with its name. */
  const spawn = (name: string, env: Record<string, string> = {}): Program =>
    disposal.use(
      runProgram({
        env: {
          ...(databaseUrl === undefined ? database.variables : { DATABASE_URL: databaseUrl }),
          CLICKHOUSE_URL: front.url,
          DATA_DIR: dataDirOf(name),
          LOG_LEVEL: 'warn',
          DEMO: 'off',
          WORKERS: '',
          ...clusterKeys,
          ...environment,
          ...env,
        },
      }),
    )

  return {
    db: database.db,
    /** Postgres as everybody reaches it. */
    databaseUrl: databaseUrl ?? database.url,
    clickHouse,
    /** ClickHouse as everybody reaches it. */
    front,
    spawn,
    /** The data directory of a process. */
    dataDirOf,
    /** A process that serves. */
    async start(name: string, env?: Record<string, string>): Promise<ClusterNode> {
      const program = spawn(name, env)
      return Object.assign(program, { name, url: await program.serving() })
    },
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  }
}
