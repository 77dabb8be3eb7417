import { afterAll, beforeAll, expect, test } from 'vitest'
import { historyOf, stateOf } from '../support/legacy/adopted-state.ts'
import { type LegacySystem, makeAwkwardSystems } from '../support/legacy/adopting.ts'
import { findMissing } from '../support/legacy/find-missing.ts'
import { onConnection } from '../support/legacy/legacy-database.ts'
import { startOldWriters } from '../support/legacy/old-writers.ts'
import { outsideOf } from '../support/legacy/outside.ts'
import { describeDatabase } from '../support/stores/describe-database.ts'
import { describeHistory } from '../support/stores/describe-history.ts'

let stack: AsyncDisposableStack
let system: LegacySystem

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const systems = stack.use(await makeAwkwardSystems())
  system = stack.use(await systems.create())
})
afterAll(() => stack.disposeAsync())

const everything = async () => {
  const postgres = await onConnection(system.url, async (client) => ({
    objects: Object.fromEntries(await describeDatabase(client)),
    rows: await stateOf(client, new Date(8.64e15)),
  }))
  await using store = await system.openHistory()
  return {
    ...postgres,
    history: { objects: Object.fromEntries(await describeHistory(store)), rows: await historyOf(store) },
  }
}

test('before it is adopted a start is refused in one line, and neither that nor a plan changes anything', async () => {
  const before = await everything()
  const start = await system.run('start')
  expect(start).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^[^\n]* run `channelscope adopt plan`\.\n$/),
  })
  for (const command of [['plan'], ['phase-a', '--dry-run', '--json']]) {
    const { code, stderr } = await system.run('adopt', ...command)
    expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' })
  }
  for (const command of [['phase-b', '--yes']])
    expect(await system.run('adopt', ...command)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^[^\n]+\n$/),
    })
  expect(await everything()).toEqual(before)
})

test('Phase A lets every old writer go on, loses nothing that they write, and touches nothing of others', async () => {
  const others = await onConnection(system.url, async (client) => outsideOf(await describeDatabase(client)))
  await using writers = await startOldWriters({ url: system.url })
  const { code, stderr } = await system.run('adopt', 'phase-a')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  // They go on for a while in the overlap.
  const until = writers.statements() + 1_000
  await expect.poll(() => writers.statements()).toBeGreaterThan(until)
  const written = await writers.stop()
  expect(written.failures).toEqual([])
  await onConnection(system.url, async (client) => {
    expect(await findMissing(client, written.facts, 'legacy')).toEqual([])
    expect(await findMissing(client, written.facts, 'adopted')).toEqual([])
    expect(outsideOf(await describeDatabase(client))).toEqual(others)
  })
})

test('while another adopt command runs a second one says so and changes nothing', async () => {
  const before = await everything()
  await onConnection(system.url, async (client) => {
    // The lock that every command takes.
    await client.query('SELECT pg_advisory_lock(1422806133)')
    expect(await system.run('adopt', 'phase-a')).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^Another adopt command is running[^\n]*\n$/),
    })
  })
  expect(await everything()).toEqual(before)
})
