import path from 'node:path'
import { defineConfig } from 'prisma/config'

// `generate` looks for an engine binary that it never runs; this keeps it from fetching one.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({
  schema: path.join('prisma', 'schema'),
  migrations: { path: path.join('prisma', 'migrations') },
})
