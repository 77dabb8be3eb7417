import fs from 'node:fs'
import path from 'node:path'

type Chunk = { file: string; isEntry?: boolean; imports?: string[]; dynamicImports?: string[] }

const dist = path.resolve(import.meta.dirname, '../../admin/dist')

/** A chunk and all that it imports before it runs. */
const withImports = (manifest: Record<string, Chunk>, key: string, found = new Set<string>()): Set<string> => {
  if (found.has(key)) return found
  found.add(key)
  for (const other of manifest[key]!.imports ?? []) withImports(manifest, other, found)
  return found
}

/** Kilobytes of JavaScript as a browser loads it (brotli): of the first view, and what each place adds to that. */
export const measureSizes = (): { first: number; places: ReadonlyMap<string, number> } => {
  const manifest = JSON.parse(fs.readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>
  const sizeOf = (keys: Iterable<string>): number =>
    [...keys]
      .map((key) => manifest[key]!.file)
      .filter((file) => file.endsWith('.js'))
      .reduce((sum, file) => sum + fs.statSync(path.join(dist, `${file}.br`)).size / 1_000, 0)
  const [entry] = Object.keys(manifest).filter((key) => manifest[key]!.isEntry)
  const first = withImports(manifest, entry!)
  const places = (manifest[entry!]!.dynamicImports ?? []).map((key) => {
    const added = [...withImports(manifest, key)].filter((one) => !first.has(one))
    return [path.basename(key, path.extname(key)), sizeOf(added)] as const
  })
  return { first: sizeOf(first), places: new Map(places) }
}
