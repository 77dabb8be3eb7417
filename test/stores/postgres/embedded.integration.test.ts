import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { startEmbeddedPostgres } from '../../../src/stores/postgres/embedded.ts'
import { runningEmbeddedUrl } from '../../../src/stores/postgres/embedded-url.ts'
import { sharedDirectory } from '../../support/stores/shared-directory.ts'

let directory: AsyncDisposable & { path: string }
beforeAll(async () => {
  directory = await sharedDirectory('embedded')
})
afterAll(() => directory[Symbol.asyncDispose]())

const lockFile = () => path.join(directory.path, 'cluster', 'postmaster.pid')

/** Starts, runs one statement and stops. */
const answer = async (sql: string): Promise<unknown> => {
  await using postgres = await startEmbeddedPostgres({ directory: directory.path, log: silentLog, durable: false })
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const { rows } = await client.query({ text: sql, rowMode: 'array' })
  await client.end()
  return rows?.[0]?.[0]
}

test('a first start that was interrupted is begun again', async () => {
  await mkdir(path.join(directory.path, 'cluster.new'))
  await writeFile(path.join(directory.path, 'cluster.new', 'half'), '')
  expect(await answer("CREATE TABLE kept AS SELECT 'kept' AS word; SELECT 1")).toBeUndefined()
  expect(await answer('SELECT word FROM kept')).toBe('kept')
})

test('its programs are a copy: no link of them leads to the package, which may move', async () => {
  const entries = await readdir(directory.path, { recursive: true, withFileTypes: true })
  const links = entries.filter((entry) => entry.isSymbolicLink() && entry.parentPath.includes('programs-'))
  const targets = await Promise.all(links.map(({ parentPath, name }) => readlink(path.join(parentPath, name))))
  expect(targets.filter((target) => target.includes('/'))).toEqual([])
  expect(targets).not.toEqual([])
})

test('others are told how to reach it while it runs, and only then', async () => {
  const found = () => runningEmbeddedUrl(directory.path)
  {
    await using postgres = await startEmbeddedPostgres({ directory: directory.path, log: silentLog, durable: false })
    expect(found()).toBe(postgres.url)
    const client = new pg.Client({ connectionString: found() })
    await client.connect()
    await client.end()
  }
  expect(found()).toBeUndefined()
})

test('a lock file without content, the rest of a power cut, is no obstacle', async () => {
  await writeFile(lockFile(), '')
  expect(await answer('SELECT word FROM kept')).toBe('kept')
})

test('a lock file whose process number belongs to somebody else by now is no obstacle, and nothing is done to that process', async () => {
  const { uid, gid } = await stat(path.join(directory.path, 'cluster'))
  const bystander: ChildProcess = spawn('sleep', ['600'], { uid, gid, stdio: 'ignore' })
  await once(bystander, 'spawn')
  try {
    const lines = [
      bystander.pid,
      path.join(directory.path, 'cluster'),
      1_700_000_000,
      1,
      '',
      '127.0.0.1',
      '  1  1',
      'ready',
    ]
    await writeFile(lockFile(), lines.join('\n'))
    expect(await answer('SELECT word FROM kept')).toBe('kept')
    expect(bystander).toMatchObject({ exitCode: null, signalCode: null })
    await expect(readFile(lockFile())).rejects.toMatchObject({ code: 'ENOENT' })
  } finally {
    bystander.kill()
  }
})
