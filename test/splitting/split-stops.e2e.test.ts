import { afterAll, expect, test } from 'vitest'
import { readSplitState } from '../../src/splitting/split-state.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { type Program, runProgram, secretsSaid } from '../support/app/program.ts'
import { eventually } from '../support/lib/eventually.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { runSplit } from '../support/stores/split-move.ts'

// What Ctrl-C does to a cut over. A lock of the test holds it where it is to be.
const old = await createTestDatabase()
const place = await createTestDatabase({ of: 'template0' })
afterAll(async () => {
  await old[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
})
const env = { DATABASE_URL: old.url }
const to = { to: place.url }

/** Has a table for itself, so that whoever wants it waits. */
const hold = async ({ pool }: Postgres, table: string): Promise<AsyncDisposable> => {
  const client = await pool.connect()
  await client.query('BEGIN')
  await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
  let isHeld = true
  return {
    async [Symbol.asyncDispose]() {
      if (!isHeld) return
      isHeld = false
      await client.query('ROLLBACK')
      client.release()
    },
  }
}

const cutOver = (): Program =>
  runProgram({ args: ['split-dm', 'cut-over', '--to', place.url, '--fence-seconds', '60'], env })

const phase = async ({ db }: TestDatabase): Promise<string> => {
  const state = await readSplitState(db)
  return state.role === 'source' ? state.phase : state.role
}

test('a cut over that is stopped behind its fence hands nothing over, and says so', async () => {
  await seed(old.db).fullChannels(3)
  await runSplit('copy', to, env)
  await using held = await hold(place.db, 'dm.streamer_channel')
  await using program = cutOver()
  await eventually('it has fenced', async () => (await phase(old)) === 'fenced')
  program.kill('SIGINT')
  await held[Symbol.asyncDispose]()
  expect(await program.ended).toEqual({ code: 1, signal: null })
  expect(program.stderr()).toBe('Stopped: nothing was handed over, and writers go on.\n')
  expect(await phase(old)).toBe('copying')
  await seed(old.db).channel()
})

test('a cut over that is stopped while it hands over says that it can not be, and finishes', async () => {
  await using held = await hold(old.db, 'public.streamer_channel_link')
  await using program = cutOver()
  await eventually('it hands over', async () => (await phase(old)) === 'handing-over')
  program.kill('SIGINT')
  await eventually('it says so', () => program.stderr() !== '')
  await held[Symbol.asyncDispose]()
  expect(await program.ended).toEqual({ code: 0, signal: null })
  expect(program.stderr()).toBe(
    'dm is being handed over: this can not be stopped, and takes moments. If it is ended all the same, run split-dm cut-over again.\n',
  )
  expect(await phase(old)).toBe('moved')
  expect(await readSplitState(place.db)).toEqual({ role: 'none' })
})

test('a cut over that is done says when it was', async () => {
  const { lines, results } = await runSplit('cut-over', to, env)
  expect(lines).toEqual([
    expect.stringMatching(
      /^dm was handed over to 127\.0\.0\.1:\d+\/test_\w+ already, at \d{4}-\S+Z: nothing is left to do\.$/,
    ),
  ])
  expect(results).toEqual([{ movedTo: expect.any(String), fencedMs: null, movedAt: expect.any(String) }])
})

test('no secret was said aloud', () => {
  expect(secretsSaid()).toEqual([])
})
