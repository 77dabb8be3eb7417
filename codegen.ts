import fs from 'node:fs'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { buildSchema } from './src/schema/schema.ts'

// Prints schema.graphql from the code; with --check it only says whether the committed file is what it would print.
const file = new URL('schema.graphql', import.meta.url)
const printed = `${printSchema(lexicographicSortSchema(buildSchema()))}\n`
if (!process.argv.includes('--check')) fs.writeFileSync(file, printed)
else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== printed) {
  console.error('schema.graphql is not what the code prints: run `npm run codegen` and commit it.')
  process.exitCode = 1
}
