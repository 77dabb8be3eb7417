import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { runProgram } from '../support/app/program.ts'
import { ask, metric } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

/** Everything in a directory that grants something to others, with what it grants; links grant nothing. */
const openTo = async (directory: string): Promise<string[]> => {
  const names = ['.', ...(await readdir(directory, { recursive: true }))]
  const found = await Promise.all(
    names.map(async (name) => {
      // Stores make and remove files all the time.
      const stats = await lstat(path.join(directory, name)).catch(() => null)
      const granted = stats && !stats.isSymbolicLink() ? stats.mode & 0o077 : 0
      return granted === 0 ? [] : [`${name} ${granted.toString(8)}`]
    }),
  )
  return found.flat()
}

test('nothing below the data directory is for others, while it works and after it has stopped', {
  timeout: 240_000,
}, async () => {
  await using directory = await sharedDirectory('private-files')
  const data = path.join(directory.path, 'data')
  // As liberal as a shell can be.
  const command = ['/bin/bash', '-c', 'umask 0 && exec "$NODE" bin/channelscope.cjs start'] as const
  await using program = runProgram({ command, env: { NODE: process.execPath, DATA_DIR: data, LOG_LEVEL: 'warn' } })
  const url = await program.serving()
  await eventually('all of the past is in ClickHouse', async () => (await metric(url, 'spool_rows')) === 0)
  const exported = await fetch(`${url}/export/sessions?username=x&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z`)
  await exported.text()
  expect((await ask(url, '{ channels(first: 1) { nodes { slug } } }')).data.channels.nodes).toHaveLength(1)

  // Where root starts it, Postgres' own account passes through the directory, and does not look into it.
  const passage = process.getuid?.() === 0 ? ['. 10'] : []
  const names = await readdir(data, { recursive: true })
  for (const part of ['clickhouse', 'postgres/cluster', 'spool/spool.sqlite', 'keys.json'])
    expect(names).toContain(part)
  expect(names.length).toBeGreaterThan(200)
  expect(await openTo(data)).toEqual(passage)

  await using job = runProgram({ args: ['job', 'chat-export'], env: { DATA_DIR: data } })
  expect((await job.ended).code).toBe(0)
  program.kill('SIGTERM')
  expect(await program.ended, program.stderr()).toEqual({ code: 0, signal: null })
  expect(await openTo(data)).toEqual(passage)
})
