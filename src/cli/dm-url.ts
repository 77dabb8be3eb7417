import path from 'node:path'
import type { Config } from '../config/config.ts'
import { runningEmbeddedUrl } from '../stores/postgres/embedded-url.ts'

/** Where the Postgres is that has `dm`; undefined where it is the embedded one, and that does not run. */
export const dmUrlOf = ({ dataDir, databaseUrl, dmDatabaseUrl }: Config): string | undefined =>
  dmDatabaseUrl ?? databaseUrl ?? runningEmbeddedUrl(path.join(dataDir, 'postgres'))
