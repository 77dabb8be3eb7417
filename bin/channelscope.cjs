#!/usr/bin/env node
// Starts the program on a Node that can run it. CommonJS, and without a single module of the program, because what is set here
// has to be set before Node's thread pool and module loader have done any work.
'use strict'
const fs = require('node:fs')
const nodeModule = require('node:module')
const os = require('node:os')
const path = require('node:path')
const { spawn, spawnSync } = require('node:child_process')
const flagsOf = require('./node-flags.cjs')

const home = path.join(__dirname, '..')
const bin = path.join(home, 'node_modules', '.bin')
const words = process.argv.slice(2)

/** A clone runs its sources. A package has none: Node removes no types below node_modules, so it has what was compiled. */
const isClone = fs.existsSync(path.join(home, 'src', 'main.ts'))

// Queries of the embedded ClickHouse wait on these threads; with the default of 4 they would starve file and DNS access.
process.env.UV_THREADPOOL_SIZE ??= '16'

/** The Node that npm has installed with the program, in its folder or above it. */
const installedNode = () => {
  for (const name of ['node', 'node-bin']) {
    try {
      return require.resolve(`${name}-${process.platform}-${process.arch}/bin/node`)
    } catch {
      // It is the other one, or there is none for this system.
    }
  }
  return undefined
}

/** The flags of a server that nobody has set. Commands are done before they would matter. */
const missingFlags = () => {
  const serves = words[0] === undefined || words[0] === 'start' || words[0].startsWith('-')
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ')
  return serves ? flagsOf(process.env.WORKERS).filter((flag) => !given.includes(flag.split('=')[0])) : []
}

/** Runs again on this Node, and ends as that ends. */
const runOn = (node, flags) => {
  const args = [...process.execArgv, ...flags, __filename, ...words]
  // In place of this process where Node can do that: then there is one, which signals reach.
  if (process.execve) process.execve(node, [node, ...args], process.env)
  const child = spawn(node, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + os.constants.signals[signal]))
}

/**
 * The Prisma client is generated, not committed: made here at the first start and after a change of the schema. Its generators
 * are programs beside it, which npm would have put on the path.
 */
const generate = () => {
  const schema = path.join(home, 'prisma', 'schema')
  const newest = Math.max(...fs.readdirSync(schema).map((file) => fs.statSync(path.join(schema, file)).mtimeMs))
  const client = path.join(home, 'prisma', 'generated', 'client', 'client.ts')
  if (fs.existsSync(client) && fs.statSync(client).mtimeMs >= newest) return
  const made = spawnSync(
    process.execPath,
    [path.join(home, 'node_modules', 'prisma', 'build', 'index.js'), 'generate'],
    {
      cwd: home,
      encoding: 'utf8',
      env: { ...process.env, PATH: [bin, path.dirname(process.execPath), process.env.PATH ?? ''].join(path.delimiter) },
    },
  )
  if (made.status !== 0) {
    // Half a client would pass for a whole one at the next start.
    fs.rmSync(client, { force: true })
    process.stderr.write(`${made.stdout}${made.stderr}`)
    process.exit(1)
  }
}

/** Where Node keeps what it compiled. The folder of a package is for reading. */
const cacheFolder = () => {
  if (isClone) return path.join(home, 'node_modules', '.cache', 'node-compile')
  const { XDG_CACHE_HOME = '', HOME = '' } = process.env
  const caches = process.platform === 'darwin' ? path.join(HOME, 'Library', 'Caches') : path.join(HOME, '.cache')
  const folder = path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : caches
  return path.isAbsolute(folder) ? path.join(folder, 'channelscope', 'node-compile') : undefined
}

const run = () => {
  if (isClone) generate()
  // The next start and every command take half the time to load. A folder that can not be written keeps nothing.
  const folder = cacheFolder()
  if (folder !== undefined) nodeModule.enableCompileCache(folder)
  import(isClone ? '../src/main.ts' : '../dist/main.js')
}

const major = Number(process.versions.node.split('.')[0])
const node = major >= 24 ? process.execPath : installedNode()
const flags = missingFlags()
if (node === undefined) {
  process.stderr.write(
    `channelscope needs Node.js 24 or newer, and this is ${process.versions.node}: start it with a newer one, or install it with its optional packages, which have one.\n`,
  )
  process.exit(1)
} else if (node !== process.execPath || (flags.length > 0 && !process.send)) {
  runOn(node, flags)
} else {
  run()
}
