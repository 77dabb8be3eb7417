import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
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

/** What the program is made of, by when it changed. */
const fingerprint = async (): Promise<string> => {
  const names = ['package.json', 'package-lock.json', ...(await shipped())]
  const globs = [
    'src/**/*',
    'packaging/*.ts',
    'prisma/generated/**/*',
    ...names.map((name) => `${name}/**/*`),
    ...names,
  ]
  const files: string[] = []
  for await (const name of fs.glob(globs, { cwd: home })) files.push(name)
  const stats = await Promise.all(files.sort().map((name) => fs.stat(path.join(home, name))))
  return hash('sha256', stats.map(({ size, mtimeMs }, n) => `${files[n]} ${size} ${mtimeMs}`).join('\n')).slice(0, 16)
}

/**
 * Makes the program as a package has it, where that is not made yet. Tests that start it many times use it: it loads in a third of the time
 * that sources take, and it is what users of a package run. It lies in a place of its own, below which no sources are.
 */
export default async function buildProgram(): Promise<void> {
  const folder = path.join(made, await fingerprint())
  const isThere = await fs.access(path.join(folder, 'whole')).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    await fs.rm(made, { recursive: true, force: true })
    for (const name of await shipped()) await fs.cp(path.join(home, name), path.join(folder, name), { recursive: true })
    await promisify(execFile)(process.execPath, ['packaging/bundle.ts', path.join(folder, 'dist')], { cwd: home })
    await fs.writeFile(path.join(folder, 'whole'), '')
  }
  process.env.TEST_PROGRAM = folder
}
