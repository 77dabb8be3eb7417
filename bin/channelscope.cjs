#!/usr/bin/env node
// Starts the program on a Node that can run it. CommonJS, and without a single module of src/, because the two
// settings below have to be made before Node's thread pool and module loader have done any work.
'use strict'
const fs = require('node:fs')
const nodeModule = require('node:module')
const os = require('node:os')
const path = require('node:path')
const { spawn, spawnSync } = require('node:child_process')
const flagsOf = require('./node-flags.cjs')

const home = path.join(__dirname, '..')
const bin = path.join(home, 'node_modules', '.bin')

// Queries of the embedded ClickHouse wait on these threads; with the default of 4 they would starve file and DNS access.
process.env.UV_THREADPOOL_SIZE ??= '16'

/** Runs again on the Node that npm installed beside the program, and ends as that ends. */
const runOn = (node) => {
  const child = spawn(node, [...flagsOf(process.env.WORKERS), __filename, ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
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

const major = Number(process.versions.node.split('.')[0])
const installed = path.join(bin, 'node')
if (major >= 24) {
  generate()
  // Node keeps what it compiled, so the next start and every command take half the time to load. A folder that can not be written keeps nothing.
  nodeModule.enableCompileCache(path.join(home, 'node_modules', '.cache', 'node-compile'))
  import('../src/main.ts')
} else if (fs.existsSync(installed)) {
  runOn(installed)
} else {
  process.stderr.write(
    `channelscope needs Node.js 24 or newer, and this is ${process.versions.node}: run npm ci in ${home}, which installs one.\n`,
  )
  process.exit(1)
}
