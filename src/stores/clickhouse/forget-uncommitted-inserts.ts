import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

type Part = { partition: string; lastBlock: number }

const parsePart = (name: string): Part | null => {
  const match = /^([^_]+)_\d+_(\d+)_\d+(?:_\d+)?$/.exec(name)
  return match && { partition: match[1]!, lastBlock: Number(match[2]) }
}

const subdirectories = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
    : []

const logNumber = (file: string): number => Number(/\d+/.exec(file)![0])

/** Appends a removal for every recorded insert whose part is newer than all parts of its partition: it was never stored. */
const forgetInTable = (table: string): number => {
  const logs = path.join(table, 'deduplication_logs')
  if (!existsSync(logs)) return 0
  const files = readdirSync(logs).sort((a, b) => logNumber(a) - logNumber(b))
  const newest = files.at(-1)
  if (!newest) return 0
  const recorded = new Map<string, string>()
  for (const file of files) {
    for (const line of readFileSync(path.join(logs, file), 'utf8').split('\n').slice(0, -1)) {
      const [operation, part, block] = line.split('\t') as [string, string, string]
      if (operation === '1') recorded.set(block, part)
      else recorded.delete(block)
    }
  }
  const stored = new Map<string, number>()
  for (const name of subdirectories(table)) {
    const part = parsePart(name)
    if (part) stored.set(part.partition, Math.max(stored.get(part.partition) ?? 0, part.lastBlock))
  }
  const lost = [...recorded].filter(([, name]) => {
    const part = parsePart(name)
    return part !== null && part.lastBlock > (stored.get(part.partition) ?? 0)
  })
  if (lost.length > 0)
    appendFileSync(path.join(logs, newest), lost.map(([block, part]) => `2\t${part}\t${block}\n`).join(''))
  return lost.length
}

/**
 * ClickHouse records an insert's deduplication token before it makes the part visible, so a process killed between the
 * two leaves a token whose rows do not exist, and the repeated insert is dropped without a word. Call this before the
 * embedded engine opens its directory; it forgets such tokens and returns how many there were. Tokens of old parts
 * that retention removed may be forgotten too, which is harmless: a settled batch is never sent again.
 */
export const forgetUncommittedInserts = (directory: string): number => {
  const store = path.join(directory, 'store')
  let forgotten = 0
  for (const prefix of subdirectories(store)) {
    for (const table of subdirectories(path.join(store, prefix)))
      forgotten += forgetInTable(path.join(store, prefix, table))
  }
  return forgotten
}
