#!/usr/bin/env node
// Runs the server, which starts again when its sources change, and beside it the panel on a port of its own, which shows changes
// at once and asks that server. When one of the two ends, the other ends with it.
'use strict'
const os = require('node:os')
const path = require('node:path')
const { spawn } = require('node:child_process')
const flagsOf = require('./node-flags.cjs')

const home = path.join(__dirname, '..')
const vite = path.join(path.dirname(require.resolve('vite/package.json')), 'bin', 'vite.js')
const { PORT = '4000', CHANNELSCOPE_URL = `http://127.0.0.1:${PORT}` } = process.env

const run = (...args) => spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, CHANNELSCOPE_URL } })

const watched = ['src', path.join('prisma', 'schema')].map((folder) => `--watch-path=${path.join(home, folder)}`)
const children = [
  run(
    '--watch',
    ...watched,
    '--watch-preserve-output',
    ...flagsOf(process.env.WORKERS),
    path.join(__dirname, 'channelscope.cjs'),
    'start',
  ),
  run(vite, '--config', path.join(home, 'admin', 'vite.config.ts')),
]

const endAll = (signal) => {
  for (const child of children) child.kill(signal)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => endAll(signal))
for (const child of children)
  child.on('exit', (code, signal) => {
    process.exitCode ||= code ?? 128 + os.constants.signals[signal]
    endAll('SIGTERM')
  })
