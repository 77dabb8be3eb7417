import fs from 'node:fs'
import path from 'node:path'
import { lexicographicSortSchema, buildSchema as parseSchema, printSchema } from 'graphql'
import { printCommandsPage } from './codegen/commands-page.ts'
import { grafanaFiles } from './codegen/grafana-files.ts'
import { DocumentError, type Operations, printManifest, readOperations } from './codegen/operations.ts'
import { possibleTypes, printUsedPossibleTypes } from './codegen/possible-types.ts'
import { checkSchemaChange, parseDeclaredChanges } from './codegen/schema-changes.ts'
import { printTypedDocuments, printTypedFiles } from './codegen/typed-documents.ts'
import { programCommands } from './src/cli/program-commands.ts'
import { buildSchema } from './src/schema/schema.ts'

// Makes what follows from the schema in code and from the documents of its clients. With --check it only says whether the committed
// files are what it would make, and whether the schema keeps what was released; with --release the schema becomes the released one.
const root = import.meta.dirname
const schemaFile = 'schema.graphql'
const releasedFile = 'docs/schema-released.graphql'
const declaredFile = 'breaking-changes.json'
const printed = `${printSchema(lexicographicSortSchema(buildSchema()))}\n`
// As clients see it: what is behind the values of enums is nobody else's business.
const schema = parseSchema(printed)

const read = (file: string): string | undefined => {
  const place = path.join(root, file)
  return fs.existsSync(place) ? fs.readFileSync(place, 'utf8') : undefined
}

const write = (file: string, text: string): void => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  fs.writeFileSync(path.join(root, file), text)
}

/** Folders with documents of their own; those of tests are trusted by nobody. */
const examples = fs
  .readdirSync(path.join(root, 'clients'), { withFileTypes: true })
  .filter((one) => one.isDirectory() && one.name !== 'generated')
/** The panel has a normalised cache, and loads its places one by one. */
const panel = 'admin'
const trusted = [panel, ...examples.map(({ name }) => `clients/${name}`)]

const makeFiles = async (): Promise<Map<string, string>> => {
  const files = new Map([[schemaFile, printed]])
  const clients = new Map<string, Operations>()
  for (const folder of [...trusted, 'test'])
    clients.set(folder, readOperations(schema, folder, { typenames: folder === panel }))
  for (const [folder, operations] of clients) {
    if (folder !== panel) files.set(`${folder}/generated/graphql.ts`, await printTypedDocuments(schema, operations))
    else {
      for (const [file, text] of await printTypedFiles(schema, operations))
        files.set(`${folder}/generated/${file}`, text)
      files.set(`${folder}/generated/possible-types.ts`, printUsedPossibleTypes(schema, operations.document))
    }
  }
  files.set('clients/generated/possible-types.json', `${JSON.stringify(possibleTypes(schema), null, 2)}\n`)
  files.set('trusted-operations.json', printManifest(trusted.map((folder) => clients.get(folder)!)))
  files.set('docs/commands.md', printCommandsPage(programCommands))
  for (const [file, text] of grafanaFiles(read('docs/metrics.md') ?? '')) files.set(file, text)
  return files
}

/** What is wrong, a sentence each. */
const check = (files: ReadonlyMap<string, string>): string[] => {
  const stale = [...files].flatMap(([file, text]) =>
    read(file) === text
      ? []
      : `${file} is not what the code and the documents make: run \`npm run codegen\` and commit it.`,
  )
  const released = parseSchema(read(releasedFile) ?? '')
  const declared = parseDeclaredChanges(read(declaredFile) ?? '[]')
  const today = new Date().toISOString().slice(0, 10)
  const { problems, remarks } = checkSchemaChange({ released, current: schema, declared }, today)
  for (const remark of remarks) console.warn(remark)
  return [...stale, ...problems]
}

try {
  const files = await makeFiles()
  if (process.argv.includes('--check')) {
    for (const problem of check(files)) {
      console.error(problem)
      process.exitCode = 1
    }
  } else {
    for (const [file, text] of files) write(file, text)
    if (process.argv.includes('--release')) {
      write(releasedFile, printed)
      write(declaredFile, '[]\n')
    }
  }
} catch (error) {
  if (!(error instanceof DocumentError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
