import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { silentLog } from '../../src/lib/log.ts'
import { startEmbeddedPostgres } from '../../src/stores/postgres/embedded.ts'
import { projectFolder, runProgram } from '../support/app/program.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

// Functions of a schema that stands before pg_catalog are found first: for this database it is another time.
const otherTime = (offsetMs: number): string => `
  CREATE SCHEMA other_time;
  CREATE FUNCTION other_time.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT pg_catalog.now() + interval '1 millisecond' * ${offsetMs} $$;
  CREATE FUNCTION other_time.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
    AS $$ SELECT pg_catalog.clock_timestamp() + interval '1 millisecond' * ${offsetMs} $$;
  GRANT USAGE ON SCHEMA other_time TO public;
  ALTER DATABASE channelscope SET search_path = other_time, pg_catalog, public;`

/** The whole program on its demo, for which it was `at` when it started; time goes on from there. */
export const startAt = async (at: Date, env: Record<string, string>) => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory('screenshots'))
  const postgres = opened.use(
    await startEmbeddedPostgres({
      directory: path.join(directory.path, 'postgres'),
      through: directory.path,
      log: silentLog,
      durable: false,
      database: 'channelscope',
    }),
  )
  const offsetMs = at.getTime() - Date.now()
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await client.query(otherTime(offsetMs))
  await client.end()
  const offsetFile = path.join(directory.path, 'offset')
  await writeFile(offsetFile, String(offsetMs))
  const program = opened.use(
    runProgram({
      env: {
        DATABASE_URL: postgres.url,
        DATA_DIR: path.join(directory.path, 'data'),
        NODE_OPTIONS: `--import ${path.join(projectFolder, 'test/support/app/shifted-clock.mjs')}`,
        CLOCK_OFFSET_FILE: offsetFile,
        // ClickHouse keeps its own time: nothing of then may be too old for it.
        CHAT_RETENTION_DAYS: '3650',
        PROBE_RETENTION_DAYS: '3650',
        WEBHOOK_RETENTION_DAYS: '3650',
        DEMO: 'on',
        ...env,
      },
    }),
  )
  const url = await program.serving()
  const stack = opened.move()
  return { url, offsetMs, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
