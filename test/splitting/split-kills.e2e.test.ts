import { expect, test } from 'vitest'
import { readSplitState, whyNotDm, whyNotWritten } from '../../src/splitting/split-state.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { runProgram } from '../support/app/program.ts'
import { eventually } from '../support/lib/eventually.ts'
import { channelsWritten, startBusyWriters } from '../support/stores/busy-writers.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { objectsOfDm, runSplit } from '../support/stores/split-move.ts'
import { tableRows } from '../support/stores/table-rows.ts'

// Commands that move dm are killed while everybody writes: how often each, says SPLIT_KILLS. Whoever runs them again gets the same end.
const kills = Number(process.env.SPLIT_KILLS ?? 1)
const channels = 40

type Places = AsyncDisposable & { old: TestDatabase; place: TestDatabase; env: { DATABASE_URL: string } }

const openPlaces = async (): Promise<Places> => {
  await using opened = new AsyncDisposableStack()
  const old = opened.use(await createTestDatabase())
  const place = opened.use(await createTestDatabase({ of: 'template0' }))
  await seed(old.db).fullChannels(channels)
  const stack = opened.move()
  return { old, place, env: { DATABASE_URL: old.url }, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const isConnected = async (db: Postgres): Promise<boolean> => {
  const { rows } = await db.pool.query(
    `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'channelscope split-dm') AS found`,
  )
  return rows[0].found
}

/** For about how long each command works, in milliseconds, as the kills have found it. */
const lengths = new Map<string, number>()
/** How far the move was after each kill, by command. */
const found: Record<string, string[]> = { copy: [], verify: [], 'cut-over': [], 'give-up': [], 'drop-old': [] }

const phaseAt = async (db: Postgres): Promise<string> => {
  const state = await readSplitState(db)
  return state.role === 'source' ? state.phase : state.role
}

/** Starts a command and kills it at a random moment of its work; false where it had ended by itself before. */
const kill = async ({ old, place, env }: Places, name: string, ...words: string[]): Promise<boolean> => {
  const to = name === 'give-up' || name === 'drop-old' ? [] : ['--to', place.url]
  await using program = runProgram({ args: ['split-dm', name, ...to, ...words, '--json'], env })
  let isOver = false
  const ended = program.ended.then((how) => {
    isOver = true
    return how
  })
  await eventually(`${name} works or has ended`, async () => isOver || (await isConnected(old.db)))
  const length = lengths.get(name) ?? 500
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, Math.random() * length))])
  if (!isOver) program.kill('SIGKILL')
  const { signal, code } = await ended
  // So that most kills come while it works, on whatever machine.
  lengths.set(name, signal ? length * 1.2 : length / 2)
  if (!signal) expect({ name, code, said: program.stderr() }).toEqual({ name, code: 0, said: '' })
  if (signal) found[name]!.push(await phaseAt(old.db))
  return signal !== null
}

const expectMoved = async ({ old, place }: Places): Promise<void> => {
  const [here, there] = [await tableRows(old.db, 'dm'), await tableRows(place.db, 'dm')]
  delete here.status_journal
  delete there.status_journal
  expect(there).toEqual(here)
  expect(await objectsOfDm(place.db)).toEqual(await objectsOfDm(old.db))
  expect(await readSplitState(place.db)).toEqual({ role: 'none' })
  expect(await readSplitState(old.db)).toMatchObject({ phase: 'moved' })
}

test('a move whose commands are killed ends as one whose are not', { timeout: 120_000 + kills * 60_000 }, async () => {
  for (let count = { copy: 0, verify: 0, 'cut-over': 0, 'drop-old': 0 }; Math.min(...Object.values(count)) < kills; ) {
    await using places = await openPlaces()
    const { old, place, env } = places
    const to = { to: place.url }
    await using writers = startBusyWriters(old.db, 2)
    if (await kill(places, 'copy')) count.copy++
    await runSplit('copy', to, env)
    if (await kill(places, 'verify')) count.verify++
    if (await kill(places, 'cut-over')) count['cut-over']++
    expect((await runSplit('cut-over', to, env)).done).toBe(true)
    await writers[Symbol.asyncDispose]()
    expect([...writers.failures.keys()].filter((code) => code !== 'UNAVAILABLE')).toEqual([])
    await expectMoved(places)
    expect(await channelsWritten(place.db)).toEqual(writers.acknowledged)
    if (await kill(places, 'drop-old', '--yes')) count['drop-old']++
    if ((await phaseAt(old.db)) === 'moved') await runSplit('drop-old', { yes: true }, env)
    expect(await phaseAt(old.db)).toBe('dropped')
    const { rows } = await old.db.pool.query(`SELECT to_regnamespace('dm') AS dm`)
    expect(rows).toEqual([{ dm: null }])
  }
  console.info({ kills, found })
})

test('a move whose end was killed is ended by whoever ends it again', {
  timeout: 120_000 + kills * 30_000,
}, async () => {
  for (let count = 0; count < kills; ) {
    await using places = await openPlaces()
    const { old, place, env } = places
    await runSplit('copy', { to: place.url }, env)
    const { id } = (await readSplitState(old.db)) as { id: string }
    await using writers = startBusyWriters(old.db, 2)
    if (await kill(places, 'give-up')) count++
    // It was killed before it had given up anything, or nobody goes on with what is half given up: changes may not have been noted.
    const state = await readSplitState(old.db)
    const isBegun = state.role === 'source' && state.id !== id
    if (isBegun) await expect(runSplit('copy', { to: place.url }, env)).rejects.toThrow('was given up in part only')
    if (state.role === 'source') await runSplit('give-up', {}, env)
    expect(await readSplitState(old.db)).toEqual({ role: 'none' })
    const { rows } = await old.db.pool.query(`SELECT tgname FROM pg_trigger WHERE tgname LIKE 'dm_split%'`)
    expect(rows).toEqual([])
    const before = writers.written()
    await eventually('they go on writing', () => writers.written() > before)
    await writers[Symbol.asyncDispose]()
    expect(writers.failures).toEqual(new Map())
    expect(await channelsWritten(old.db)).toEqual(writers.acknowledged)
  }
  console.info({ kills, found })
})

test('a cut over that was killed between two places is ended by the next one', async () => {
  await using places = await openPlaces()
  const { old, place, env } = places
  const to = { to: place.url }
  const killAt = async (step: string): Promise<void> => {
    await using program = runProgram({
      command: [process.execPath, 'test/support/stores/split-until.ts', place.url, step],
      env,
    })
    await program.says(step)
    program.kill('SIGKILL')
    await program.ended
  }
  await runSplit('copy', to, env)
  await using writers = startBusyWriters(old.db, 2)
  await eventually('they write', () => writers.written() > 10)

  // The fence ends by itself.
  await killAt('caught-up')
  const before = writers.written()
  await eventually('writers go on', () => writers.written() > before + 10)

  // The old place is given up, and the new one is not complete.
  await killAt('kept')
  expect(await phaseAt(old.db)).toBe('handing-over')
  expect(whyNotWritten(await readSplitState(old.db))).toMatch(/: if split-dm cut-over has ended, run it again\.$/)
  await eventually('the server has noticed', async () => (await readSplitState(place.db)).role === 'target')
  expect(whyNotDm(await readSplitState(place.db), 'DM_DATABASE_URL')).toMatch(/into which dm is being moved/)
  await expect(runSplit('give-up', {}, env)).rejects.toThrow('it can not stay here any more')
  await expect(runSplit('copy', to, env)).rejects.toThrow('already')
  const written = writers.written()

  // The new place is complete, and the old one does not say so.
  await killAt('complete')
  expect(await phaseAt(old.db)).toBe('handing-over')
  expect(await readSplitState(place.db)).toEqual({ role: 'none' })
  expect((await runSplit('cut-over', to, env)).results).toEqual([
    { movedTo: expect.any(String), fencedMs: null, movedAt: expect.any(String) },
  ])
  await writers[Symbol.asyncDispose]()
  expect(writers.written(), 'what was written after the old place was given up').toBe(written)
  await expectMoved(places)
  expect(await channelsWritten(place.db)).toEqual(writers.acknowledged)
})
