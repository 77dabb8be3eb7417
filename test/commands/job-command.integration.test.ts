import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CommandServices } from '../../src/commands/store-command.ts'
import { commandPath } from '../../src/http/routes/command-route.ts'
import { badInput } from '../../src/lib/errors.ts'
import { leaseTierWork } from '../../src/stores/postgres/environments.ts'
import { askCommand, askJson } from '../support/commands/ask-command.ts'
import { adminKey, startTestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

const jobs = [
  { scope: 'tier', name: 'trust-scores', cron: '5 * * * *', description: 'Computes scores.' },
  { scope: 'environment', name: 'trust-leaderboard', cron: '*/5 * * * *', description: 'Copies scores.' },
] as unknown as CommandServices['jobs']

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const servicesOf = (name: string) => ({ db: database.db, environment: { name }, jobs })
const leaderboard = 'trust-leaderboard  */5 * * * *     Copies scores.'

test('a job of the tier is listed with the environment that does it, where that is another one', async () => {
  const list = (name: string) => askCommand(['job', '--list'], { services: servicesOf(name) })
  const here = ['trust-scores       5 * * * *       Computes scores.', leaderboard]
  // Nobody does the work of the tier yet: whoever asks may.
  expect((await list('south')).lines).toEqual(here)
  await leaseTierWork(database.db, { name: 'north' })
  expect((await list('north')).lines).toEqual(here)
  expect((await list('south')).lines).toEqual([`${here[0]} (work of the tier: done in north)`, leaderboard])
  expect(await askJson(['job', '--list'], { services: servicesOf('south') })).toMatchObject([
    { name: 'trust-scores', environment: 'north' },
    { name: 'trust-leaderboard', environment: 'south' },
  ])
})

test('a server says why it refuses a command, and keeps a fault of its own to itself', async () => {
  const elsewhere = 'The job trust-scores is work of the tier, which the environment north does: run it there.'
  await using api = await startTestApi({
    db: database.db,
    async runCommand(name) {
      throw name === 'job' ? badInput(elsewhere) : new TypeError('a fault')
    },
  })
  const command = async (name: string) => {
    const response = await fetch(`${api.url}${commandPath}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${adminKey}` },
      body: JSON.stringify({ command: name, args: [] }),
    })
    return await response.json()
  }
  expect(await command('job')).toEqual({ ok: false, error: elsewhere })
  expect(await command('other')).toEqual({ ok: false, error: 'The command failed; see the log of the server.' })
})
