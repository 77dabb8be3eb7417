import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { runProgram } from '../support/app/program.ts'
import { stateOf } from '../support/legacy/adopted-state.ts'
import { outcomeOf } from '../support/legacy/adopting.ts'
import { onConnection } from '../support/legacy/legacy-database.ts'
import { describeDatabase } from '../support/stores/describe-database.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

test('a database that never had legacy tables is left as it is by every command of adopt', async () => {
  await using directory = await sharedDirectory('never-legacy')
  await using database = await createTestDatabase()
  const look = () =>
    onConnection(database.url, async (client) => ({
      objects: Object.fromEntries(await describeDatabase(client)),
      rows: await stateOf(client, new Date(8.64e15)),
    }))
  const run = async (...args: string[]) => {
    await using program = runProgram({
      args,
      env: { DATABASE_URL: database.url, DATA_DIR: directory.path, DEMO: 'off' },
    })
    return await outcomeOf(program)
  }
  const before = await look()
  expect(Object.keys(before.objects).filter((object) => /adoption|legacy|kick_user_id/.test(object))).toEqual([])
  for (const args of [['plan'], ['phase-a'], ['phase-b', '--yes']])
    expect(await run('adopt', ...args)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^[^\n]+ no legacy tables\.\n$/),
    })
  expect(await look()).toEqual(before)
  expect(await readdir(directory.path)).toEqual([])
})

test('tables that only have the names are refused by their column before anything is made', async () => {
  await using directory = await sharedDirectory('only-names')
  await using database = await createTestDatabase({ of: 'template0' })
  await onConnection(database.url, (client) => client.query('CREATE TABLE public.streamer_channels (foo int)'))
  const look = () => onConnection(database.url, async (client) => Object.fromEntries(await describeDatabase(client)))
  const before = await look()
  for (const phase of ['plan', 'phase-a']) {
    const env = { DATABASE_URL: database.url, DATA_DIR: directory.path, DEMO: 'off' }
    await using program = runProgram({ args: ['adopt', phase], env })
    expect({ phase, ...(await outcomeOf(program)) }).toEqual({
      phase,
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^public\.streamer_channels has no column channel_name, [^\n]+\n$/),
    })
  }
  expect(await look()).toEqual(before)
  expect(await readdir(directory.path)).toEqual([])
})
