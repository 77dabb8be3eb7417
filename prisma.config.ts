import path from 'node:path'
import { defineConfig } from 'prisma/config'
import { runningEmbeddedUrl } from './src/stores/postgres/embedded-url.ts'

// `generate` looks for an engine binary that it never runs; this keeps it from fetching one.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

/** The database of a running program: its own server, else the embedded one in its data directory. */
const url = process.env.DATABASE_URL || runningEmbeddedUrl(path.join(process.env.DATA_DIR || 'data', 'postgres'))

export default defineConfig({
  schema: path.join('prisma', 'schema'),
  migrations: { path: path.join('prisma', 'migrations') },
  datasource: { url },
})
