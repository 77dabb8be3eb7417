import path from 'node:path'
import { expect, test } from 'vitest'
import { openDestination } from '../../src/backup/destination.ts'
import { findManifest } from '../../src/backup/manifest.ts'
import { runProgram } from '../support/app/program.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { runSplit } from '../support/stores/split-move.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

test('a system whose dm has moved is backed up from both places, and refused only while it moves', {
  timeout: 240_000,
}, async () => {
  await using directory = await temporaryDirectory('backup-split')
  await using old = await createTestDatabase()
  await using place = await createTestDatabase({ of: 'template0' })
  const folder = path.join(directory.path, 'backups')
  const [before, after] = [{ DATABASE_URL: old.url }, { DATABASE_URL: old.url, DM_DATABASE_URL: place.url }]
  const backup = async (urls: Record<string, string>) => {
    const env = { ...urls, DATA_DIR: path.join(directory.path, 'data'), KICK_CLIENT_ID: 'x', KICK_CLIENT_SECRET: 'y' }
    await using program = runProgram({ args: ['backup', folder, '--json'], env })
    const { code } = await program.ended
    return { code, said: program.stderr() }
  }
  {
    await using migrated = runProgram({
      args: ['migrate'],
      env: { ...before, DATA_DIR: path.join(directory.path, 'data') },
    })
    expect(await migrated.ended).toMatchObject({ code: 0 })
  }
  await seed(old.db).fullChannels(20)
  await old.db.pool.query(`INSERT INTO public.streamers (name) VALUES ('one')`)
  await runSplit('copy', { to: place.url }, before)
  expect(await backup(before)).toEqual({ code: 1, said: expect.stringContaining('dm is being moved') })

  await runSplit('cut-over', { to: place.url }, before)
  await runSplit('drop-old', { yes: true }, before)
  expect(await backup(after)).toMatchObject({ code: 0 })
  const { tables } = await findManifest(openDestination(folder, '/', undefined), undefined)
  const rowsOf = (name: string) => tables.filter((table) => table.name === name).map(({ rows }) => rows)
  expect([rowsOf('streamer_channel'), rowsOf('streamers')]).toEqual([['20'], ['1']])
})
