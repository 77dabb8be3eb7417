import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

const home = path.resolve(import.meta.dirname, '../../..')
const made = path.join(home, 'node_modules/.cache/test-program')

/** What a package has beside dist/. Migrations are written into it as they are. */
const shipped = async (): Promise<string[]> => {
  const { files } = JSON.parse(await fs.readFile(path.join(home, 'package.json'), 'utf8')) as { files: string[] }
  return ['package.json', ...files.filter((name) => !/^dist$|[!*]/.test(name))]
}

/** One digest of everything that the program is made of. */
const digestOfSources = async (): Promise<string> => {
  const names = ['package-lock.json', ...(await shipped())]
  const globs = [
    'src/**/*',
    'packaging/*.ts',
    'prisma/generated/**/*',
    ...names.map((name) => `${name}/**/*`),
    ...names,
  ]
  const files: string[] = []
  for await (const entry of fs.glob(globs, { cwd: home, withFileTypes: true }))
    if (entry.isFile()) files.push(path.join(entry.parentPath, entry.name))
  const digest = createHash('sha256')
  for (const file of new Set(files.sort()))
    digest.update(`${path.relative(home, file)}\n`).update(await fs.readFile(file))
  return digest.digest('hex').slice(0, 16)
}

/** Removes what was made of other sources, unless it is so young that another run may use it. */
const removeOld = async (): Promise<void> => {
  for (const name of await fs.readdir(made).catch(() => [])) {
    const folder = path.join(made, name)
    if (Date.now() - (await fs.stat(folder)).mtimeMs > 3_600_000) await fs.rm(folder, { recursive: true })
  }
}

/**
 * Makes the program as a package has it, where that is not made yet. Tests that start it many times use it: it loads in a third of the time
 * that sources take, and it is what users of a package run. It lies in a place of its own, below which no sources are.
 */
export default async function buildProgram(): Promise<void> {
  // Vitest sets up its projects before the root, and a package has the panel in it.
  await promisify(execFile)(process.execPath, ['admin/build.ts', '--if-stale'], { cwd: home })
  const folder = path.join(made, await digestOfSources())
  const isThere = await fs.access(path.join(folder, 'whole')).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    await removeOld()
    for (const name of await shipped()) await fs.cp(path.join(home, name), path.join(folder, name), { recursive: true })
    await promisify(execFile)(process.execPath, ['packaging/bundle.ts', path.join(folder, 'dist')], { cwd: home })
    await fs.writeFile(path.join(folder, 'whole'), '')
  }
  process.env.TEST_PROGRAM = folder
}
