// Imports every module of src/ in a process of its own and prints the statements that they declare, as one line of JSON.
import fs from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const declared = []
globalThis.declareStatement = (name, text) => declared.push([name, text])

const place = pathToFileURL(path.resolve('src/stores/postgres/statement.ts')).href
const original = 'export const statement: Declare = (name: string, text: string | Sql): Statement =>'
const watched = `${original}
  ((globalThis as never as { declareStatement: (name: string, text: string) => void }).declareStatement(name, typeof text === 'string' ? text : text.text), undefined) ??`

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (url !== place) return loaded
    const source = fs.readFileSync(new URL(url), 'utf8')
    if (!source.includes(original)) throw new Error('statement.ts declares statements in another way now')
    return { ...loaded, format: 'module-typescript', source: source.replace(original, watched), shortCircuit: true }
  },
})

// A worker begins to work when it is imported; what it imports is imported by others as well.
const begins = (name) => name === 'main.ts' || name.endsWith('-worker.ts')
const files = fs.readdirSync('src', { recursive: true }).filter((name) => name.endsWith('.ts') && !begins(name))
for (const name of files.sort()) await import(pathToFileURL(path.resolve('src', name)).href)
process.stdout.write(`${JSON.stringify(declared)}\n`)
