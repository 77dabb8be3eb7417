import fs from 'node:fs'
import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

const schemaFiles = (directory: string): { path: string; content: string }[] =>
  fs
    .readdirSync(directory)
    .filter((file) => file.endsWith('.prisma'))
    .map((file) => ({ path: file, content: fs.readFileSync(path.join(directory, file), 'utf8') }))

const charOid = 18

/** The adapter with the one type of the catalogue that the engine asks for and the adapter does not know: the one-byte "char". */
const createAdapterFactory = (pool: pg.Pool): PrismaPg => {
  const charColumns = new Set<string>()
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryResult>
  pool.query = (async (...args: unknown[]) => {
    const result = await query(...args)
    for (const field of result.fields.filter(({ dataTypeID }) => dataTypeID === charOid)) {
      charColumns.add(field.name)
      field.dataTypeID = pg.types.builtins.TEXT
    }
    return result
  }) as never
  const factory = new PrismaPg(pool)
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const adapter = await connect()
    const queryRaw = adapter.queryRaw.bind(adapter)
    adapter.queryRaw = async (sql) => {
      const result = await queryRaw(sql)
      const types = result.columnNames.map((name, i) =>
        charColumns.has(name) ? ColumnTypeEnum.Character : result.columnTypes[i]!,
      )
      return { ...result, columnTypes: types }
    }
    return adapter
  }
  return factory
}

let loaded: Promise<void> | undefined

/** Once per process: the bindings keep views of the memory of the first instance. */
const loadEngine = (): Promise<void> => {
  loaded ??= (async () => {
    const binary = new URL('schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm'))
    const module = await WebAssembly.compile(fs.readFileSync(binary))
    const imports = { './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports }
    const instance = await WebAssembly.instantiate(module, imports)
    bindings.__wbg_set_wasm(instance.exports)
    ;(instance.exports.__wbindgen_start as () => void)()
  })()
  return loaded
}

/** What Prisma would do to the database behind `url` to make it what the schema files say, as SQL; empty when they agree. */
export const driftSql = async (url: string, schemaDirectory: string, externalTables: string[]): Promise<string> => {
  await loadEngine()
  const files = schemaFiles(schemaDirectory)
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  // A test may drop the database before the last connection is closed.
  pool.on('error', () => undefined)
  const adapter = bindMigrationAwareSqlAdapterFactory(createAdapterFactory(pool))
  const engine = await bindings.SchemaEngine.new(
    { datamodels: files.map(({ path: file, content }) => [file, content]) },
    () => undefined,
    adapter,
  )
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: schemaDirectory },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      shadowDatabaseUrl: null,
      exitCode: null,
      filters: { externalTables, externalEnums: [] },
    } as never)
    return stdout ?? ''
  } finally {
    engine.free()
    await pool.end()
  }
}
