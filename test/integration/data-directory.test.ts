import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError } from '../../src/lib/errors.ts'
import { holdDataDirectory } from '../../src/stores/data-directory.ts'

let directory: string
beforeEach(async () => {
  directory = await fs.mkdtemp(path.join(os.tmpdir(), 'channelscope-hold-'))
})
afterEach(() => fs.rm(directory, { recursive: true, force: true }))

const holder = `
  const { holdDataDirectory } = await import(${JSON.stringify(path.resolve('src/stores/data-directory.ts'))})
  globalThis.held = holdDataDirectory(process.argv[1])
  held.announce('http://127.0.0.1:1234')
  console.log('held')
  setInterval(() => undefined, 1e6)
`

const holdElsewhere = async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

test('a directory that another process holds is refused with its pid and its address', async () => {
  const child = await holdElsewhere()
  try {
    expect(() => holdDataDirectory(directory)).toThrow(ConfigError)
    expect(() => holdDataDirectory(directory)).toThrow(`in use by process ${child.pid}, serving http://127.0.0.1:1234`)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  holdDataDirectory(directory)[Symbol.dispose]()
})

test('a directory that was let go can be held again at once', () => {
  for (let i = 0; i < 3; i++) {
    using held = holdDataDirectory(directory)
    expect(held.path).toBe(directory)
  }
})

test('a place that can not be a directory is refused in one sentence', async () => {
  const file = path.join(directory, 'file')
  await fs.writeFile(file, '')
  expect(() => holdDataDirectory(file)).toThrow(/^DATA_DIR .* can not be written/)
})
