import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { runProgram } from '../support/app/program.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

const rows = 100_000

test('an import that a server does is told as it goes, and goes on after the server was killed in it', {
  timeout: 300_000,
}, async () => {
  await using directory = await sharedDirectory('import-beside-server')
  const env = { DATA_DIR: path.join(directory.path, 'data'), DEMO: 'off', LOG_LEVEL: 'warn' }
  const file = path.join(directory.path, 'viewers.csv')
  const start = Math.floor(Date.now() / 86_400_000 - 20) * 86_400_000
  const line = (n: number) =>
    `${n % 40},${new Date(start + Math.floor(n / 40) * 60_000).toISOString()},${n === 7 ? 'many' : n}`
  await writeFile(
    file,
    ['channel_user_id,observed_at,viewer_count', ...Array.from({ length: rows }, (_, n) => line(n))].join('\n'),
  )
  const bring = (...more: string[]) => runProgram({ args: ['import', 'viewers', file, ...more], env })

  {
    await using server = runProgram({ env })
    await server.serving()
    await using disturbed = bring()
    // It tells this when everything is read, and stores then.
    await disturbed.says('reading: ')
    server.kill('SIGKILL')
    expect(await disturbed.ended).toMatchObject({ code: 1 })
    expect(disturbed.stderr()).toMatch(/^The server at \S+ ended before the command did\.\n$/)
  }
  await using server = runProgram({ env })
  await server.serving()
  await using resumed = bring()
  expect(await resumed.ended).toMatchObject({ code: 0 })
  expect(resumed.stdout()).toContain('It went on where it had been interrupted.')
  expect(resumed.stdout()).toContain(
    `${rows} samples: ${rows - 1} stored, 0 there already, 0 twice in the files, 1 refused`,
  )
  expect(resumed.stdout()).toMatch(
    / 1 {2}viewer_count must be a whole number .*\nEach refused row is named in \S+-refused\.csv\n$/,
  )
  await using again = bring('--dry-run')
  await again.ended
  expect(again.stdout()).toContain(`${rows} samples: 0 would be stored, ${rows - 1} there already`)
})
