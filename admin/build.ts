import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

// Builds the panel into the folder dist/ beside this file. With --if-stale only where that is not a build of the present sources;
// and where it can not be made anew, because Vite is not installed or nothing may be written, the build that is there is left.

const home = import.meta.dirname
const dist = path.join(home, 'dist')

/** Says of which sources a build is. */
const sourcesFile = '.sources'
const temporary = '.dist-'

const filesIn = async (folder: string): Promise<string[]> => {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name))
}

/** One digest of everything that a build is made of. It follows what is in the files: times change with every copy of them. */
const digestOfSources = async (): Promise<string> => {
  const names = (await fs.readdir(home)).filter((name) => name !== 'dist' && !/^\.|\.md$|^node_modules$/.test(name))
  const found = await Promise.all(
    names.map(async (name) => {
      const place = path.join(home, name)
      return (await fs.stat(place)).isDirectory() ? filesIn(place) : [place]
    }),
  )
  const lock = path.join(home, '..', 'package-lock.json')
  const digest = createHash('sha256')
  for (const file of [...found.flat().sort(), ...(existsSync(lock) ? [lock] : [])]) {
    const content = await fs.readFile(file)
    digest.update(`${path.relative(home, file)} ${content.length}\n`).update(content)
  }
  return digest.digest('hex')
}

const isInstalled = (name: string): boolean => {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}

const mayWrite = (): Promise<boolean> =>
  fs.access(home, fs.constants.W_OK).then(
    () => true,
    () => false,
  )

const compressGzip = promisify(gzip)
const compressBrotli = promisify(brotliCompress)

/** Puts what is sent to browsers that take it beside each file of text. */
const compress = async (file: string): Promise<void> => {
  if (!/\.(js|css|html|svg|json|txt|webmanifest)$/.test(file)) return
  const bytes = await fs.readFile(file)
  const [zipped, smaller] = await Promise.all([
    compressGzip(bytes, { level: 9 }),
    compressBrotli(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  ])
  await Promise.all([fs.writeFile(`${file}.gz`, zipped), fs.writeFile(`${file}.br`, smaller)])
}

/** What builds left that were killed. */
const removeLeftovers = async (): Promise<void> => {
  for (const name of (await fs.readdir(home)).filter((name) => name.startsWith(temporary))) {
    const folder = path.join(home, name)
    const stats = await fs.stat(folder).catch(() => null)
    if (stats && Date.now() - stats.mtimeMs > 3_600_000) await fs.rm(folder, { recursive: true, force: true })
  }
}

const unless =
  (...codes: string[]) =>
  (error: NodeJS.ErrnoException): false => {
    if (codes.includes(error.code ?? '')) return false
    throw error
  }

/** Makes a whole build the one that is served. Another start may do the same at the same time: then one of the two stays. */
const putInPlace = async (made: string): Promise<void> => {
  const before = `${made}-before`
  for (let done = false; !done; ) {
    await fs.rename(dist, before).catch(unless('ENOENT'))
    try {
      done = await fs.rename(made, dist).then(() => true, unless('ENOTEMPTY', 'EEXIST'))
    } catch (error) {
      await fs.rename(before, dist).catch(() => undefined)
      throw error
    }
    await fs.rm(before, { recursive: true, force: true })
  }
}

const build = async (digest: string): Promise<void> => {
  const vite = await import('vite')
  await removeLeftovers()
  const made = await fs.mkdtemp(path.join(home, temporary))
  try {
    await fs.chmod(made, 0o755)
    await vite.build({
      configFile: path.join(home, 'vite.config.ts'),
      configLoader: 'native',
      logLevel: 'warn',
      build: { outDir: made, emptyOutDir: true },
    })
    await Promise.all((await filesIn(made)).map(compress))
    await fs.writeFile(path.join(made, sourcesFile), digest)
    await putInPlace(made)
  } finally {
    await fs.rm(made, { recursive: true, force: true })
  }
}

const main = async (onlyIfStale: boolean): Promise<void> => {
  const digest = await digestOfSources()
  const isBuilt = existsSync(path.join(dist, 'index.html'))
  if (onlyIfStale && isBuilt) {
    const of = await fs.readFile(path.join(dist, sourcesFile), 'utf8').catch(() => '')
    if (of === digest || !isInstalled('vite') || !(await mayWrite())) return
  }
  if (!isInstalled('vite')) throw new Error(`Vite is not installed: run npm ci in ${path.dirname(home)}.`)
  await build(digest)
}

// Another account may serve what this one has built.
process.umask(0o022)
// Vite takes the parts of a page that are for development where this says anything else.
process.env.NODE_ENV = 'production'
try {
  await main(process.argv.includes('--if-stale'))
} catch (error) {
  console.error(stripVTControlCharacters(error instanceof Error ? error.message : String(error)))
  process.exitCode = 1
}
