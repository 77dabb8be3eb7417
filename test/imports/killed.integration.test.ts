import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { importProgram } from '../support/imports/import-process.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

// Chat that is older than 30 days is forgotten.
const start = (Math.floor(Date.now() / 86_400_000) - 17) * 86_400
const iso = (seconds: number) => new Date((start + seconds) * 1000).toISOString()
const lines = (header: string, count: number, row: (n: number) => string) =>
  [header, ...Array.from({ length: count }, (_, n) => row(n))].join('\n')

test('an import that is killed again and again ends as one that is not', async () => {
  await using directory = await temporaryDirectory('killed-import')
  const of = (name: string) => path.join(directory.path, name)
  // Two months of two channels, three days of chat, with rows that are refused and rows that come twice.
  await writeFile(
    of('viewers.csv'),
    lines(
      'channel_user_id,observed_at,viewer_count,title',
      3_000,
      (n) =>
        `${n % 2},${iso(Math.floor(n / 2) * 120 - (n % 50 === 49 ? 120 : 0))},${n % 97 === 5 ? 'x' : n},"t ${n % 3}"`,
    ),
  )
  await writeFile(
    of('chat.csv'),
    lines(
      'channel_user_id,message_id,created_at,platform_user_id,content',
      3_000,
      (n) => `${n % 2},m${n % 2_900},${iso((n % 2_900) * 60)},${n % 9},"said ${n % 2_900}"`,
    ),
  )
  await writeFile(
    of('sessions.csv'),
    lines(
      'channel_user_id,started_at,ended_at,title',
      2_300,
      (n) => `1,${iso(n * 600)},${iso(n * 600 + (n % 40 === 7 ? -1 : 500))},"s ${n}"`,
    ),
  )
  const files = ['viewers', 'chat', 'sessions'].map((kind) => `${kind}=${of(`${kind}.csv`)}`)
  const run = (url: string, env: string, killAt: number) =>
    spawnSync(process.execPath, [importProgram, url, of('engine'), env, String(killAt), of('refused'), ...files], {
      encoding: 'utf8',
    })

  await using undisturbed = await createTestDatabase()
  const whole = run(undisturbed.url, 'whole', 0)
  expect(whole.stderr).toBe('')
  await using disturbed = await createTestDatabase()
  for (const killAt of [1, 3, 5, 4]) expect(run(disturbed.url, 'killed', killAt).signal).toBe('SIGKILL')
  const end = run(disturbed.url, 'killed', 0)
  expect(end.stderr).toBe('')
  const { reports, ...stored } = JSON.parse(end.stdout)
  expect(stored).toEqual((({ reports: _, ...rest }) => rest)(JSON.parse(whole.stdout)))
  // Those that ended before a kill were given once more with the last call, and found everything there.
  const last = JSON.parse(whole.stdout).reports as { rows: number; refused: number }[]
  expect(reports).toMatchObject(last.map(({ rows, refused }) => ({ rows, refused })))
})
