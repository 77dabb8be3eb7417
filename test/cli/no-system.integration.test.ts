import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../../src/cli/run-command.ts'
import { storeCommands } from '../../src/commands/store-commands.ts'
import { readConfig } from '../../src/config/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const { signal } = new AbortController()

test('a command where there is no system is refused with the folder that was looked at, and makes none', async () => {
  await using directory = await temporaryDirectory('no-system')
  await using empty = await createEmptyDatabase()
  await using database = await createTestDatabase()
  const wrong = path.join(directory.path, 'wrong')
  const ofOthers = path.join(directory.path, 'project')
  await fs.mkdir(path.join(ofOthers, 'src'), { recursive: true })
  const calling = (name: string, dataDir: string, urls: Record<string, string> = {}) => {
    const command = storeCommands.find((one) => one.name === name)!
    const config = readConfig({ DATA_DIR: dataDir, KICK_CLIENT_ID: 'x', KICK_CLIENT_SECRET: 'y', ...urls })
    return expect(
      runCommand(config, silentLog, name.split(' '), () => undefined, signal, command),
      name,
    )
  }
  for (const { name, needsServer } of storeCommands)
    for (const folder of [wrong, ofOthers])
      await calling(name, folder).rejects.toThrow(
        needsServer === undefined
          ? `There is no system here: DATA_DIR ${folder} has no Postgres, and DATABASE_URL is not set. Say where it is, by DATA_DIR=… and`
          : `None runs on DATA_DIR ${folder}.`,
      )
  await calling('key create', wrong, { DATABASE_URL: empty.url }).rejects.toThrow(
    'DATABASE_URL names a database without one',
  )
  await calling('key create', wrong, database.variables).rejects.toThrow('has no ClickHouse')
  expect(await fs.readdir(directory.path, { recursive: true })).toEqual(['project', 'project/src'])
})
