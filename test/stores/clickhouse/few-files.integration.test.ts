import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

const script = fileURLToPath(new URL('../../support/stores/few-files-process.ts', import.meta.url))

test('a machine without files left makes ClickHouse unavailable and no statement wrong, and afterwards it answers', async () => {
  await using directory = await temporaryDirectory('few-files')
  const program = ['-c', 'ulimit -n 256; exec "$0" "$@"', process.execPath, script]
  const { stdout } = await promisify(execFile)('sh', [...program, directory.path])
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; left: number; outcome: unknown })
  expect(lines.at(-1)).toMatchObject({ name: 'afterwards', outcome: { n: 100 } })
  const outcomes = lines.slice(0, -1)
  expect(outcomes).toHaveLength(16)
  expect(outcomes.filter(({ left }) => left === 0).map(({ outcome }) => outcome)).toEqual(
    Array(4).fill('ClickHouseError unavailable'),
  )
  for (const { outcome } of outcomes) expect(['done', 'ClickHouseError unavailable']).toContain(outcome)
}, 120_000)
