import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { runProgram } from '../support/app/program.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

test('a backup of a system that is not there is refused, and none is made', async () => {
  await using directory = await temporaryDirectory('no-system')
  await using empty = await createEmptyDatabase()
  await using database = await createTestDatabase()
  const env = { DATA_DIR: path.join(directory.path, 'wrong'), KICK_CLIENT_ID: 'x', KICK_CLIENT_SECRET: 'y' }
  const said = async (urls: Record<string, string> = {}) => {
    await using program = runProgram({
      args: ['backup', path.join(directory.path, 'backups')],
      env: { ...env, ...urls },
    })
    const { code } = await program.ended
    return { code, said: program.stderr() }
  }
  expect(await said()).toEqual({ code: 1, said: expect.stringContaining('has no Postgres') })
  expect(await fs.readdir(directory.path)).toEqual([])
  expect(await said({ DATABASE_URL: empty.url })).toEqual({
    code: 1,
    said: expect.stringContaining('DATABASE_URL names a database without one'),
  })
  expect(await said(database.variables)).toEqual({ code: 1, said: expect.stringContaining('has no ClickHouse') })
  expect(await fs.readdir(directory.path)).not.toContain('backups')
})
