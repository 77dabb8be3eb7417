import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'

/** A file of the panel as it is sent. */
export type PanelFile = {
  type: string
  /** Changes with what is in it. */
  tag: string
  /** Whether its name changes with what is in it. */
  isHashed: boolean
  /** What it is for each encoding that it was built for; always as it is. */
  encodings: ReadonlyMap<string, Buffer>
}

/** What was built, by paths of URLs, wholly read. */
type PanelBuild = { page: PanelFile; files: ReadonlyMap<string, PanelFile> }

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

const endings = { br: '.br', gzip: '.gz' } as const

const page = 'index.html'

const readFile = async (directory: string, name: string, names: ReadonlySet<string>): Promise<PanelFile> => {
  const identity = await fs.readFile(path.join(directory, name))
  const encodings = new Map([['identity', identity]])
  for (const [encoding, ending] of Object.entries(endings)) {
    if (!names.has(`${name}${ending}`)) continue
    const bytes = await fs.readFile(path.join(directory, `${name}${ending}`))
    if (bytes.length < identity.length) encodings.set(encoding, bytes)
  }
  return {
    type: types[path.extname(name)] ?? 'application/octet-stream',
    // Weak, because it is the same for all encodings.
    tag: `W/"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`,
    isHashed: /^assets\/.*-[\w-]{8}\.\w+$/.test(name),
    encodings,
  }
}

const readBuild = async (directory: string): Promise<PanelBuild> => {
  const entries = await fs.readdir(directory, { recursive: true, withFileTypes: true })
  const names = new Set(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.relative(directory, path.join(parentPath, name)).replaceAll(path.sep, '/'))
      // What begins with a dot is of the build.
      .filter((name) => !name.startsWith('.')),
  )
  const files = new Map<string, PanelFile>()
  for (const name of names) if (!/\.(br|gz)$/.test(name)) files.set(`/${name}`, await readFile(directory, name, names))
  const found = files.get(`/${page}`)
  if (!found) throw new Error(`There is no ${page}.`)
  files.delete(`/${page}`)
  return { page: found, files }
}

/**
 * The build in a folder, read whole and again after another one was put there; null while there is none. Nothing that is not
 * a file of it can be asked for.
 */
export const openPanelFiles = (directory: string): (() => Promise<PanelBuild | null>) => {
  let known: { of: string; build: PanelBuild } | undefined
  let reading: Promise<void> | undefined

  const stateOf = async (): Promise<string | null> => {
    const stats = await fs.stat(path.join(directory, page)).catch(() => null)
    return stats && `${stats.ino} ${stats.mtimeMs} ${stats.size}`
  }

  const read = async (of: string): Promise<void> => {
    try {
      known = { of, build: await readBuild(directory) }
    } catch {
      // It was exchanged meanwhile: the next request finds the other one.
    } finally {
      reading = undefined
    }
  }

  return async () => {
    const of = await stateOf()
    // While one build is exchanged for another, the one before is still whole here.
    if (of !== null && of !== known?.of) {
      reading ??= read(of)
      await reading
    }
    return known?.build ?? null
  }
}
