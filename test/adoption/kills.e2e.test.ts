import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unit } from '../../src/demo/random.ts'
import { historyOf, stateOf } from '../support/legacy/adopted-state.ts'
import { type LegacySystem, makeAwkwardSystems } from '../support/legacy/adopting.ts'
import { onConnection } from '../support/legacy/legacy-database.ts'
import { describeDatabase } from '../support/stores/describe-database.ts'
import { describeHistory } from '../support/stores/describe-history.ts'

/** `ADOPTION_KILLS=20` kills each command twenty times. */
const kills = Number(process.env.ADOPTION_KILLS ?? 1)

const phaseA = ['phase-a']
const rollback = ['rollback']
const phaseB = ['phase-b', '--quiet-for', '0', '--yes']

let stack: AsyncDisposableStack
let left: LegacySystem
let right: LegacySystem
let beganAt: Date
const tookMs = new Map<string, number>()

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const systems = stack.use(await makeAwkwardSystems())
  beganAt = new Date()
  left = stack.use(await systems.create())
  right = stack.use(await systems.create())
})
afterAll(() => stack.disposeAsync())

/** Descriptions without what differs from one run to the next: the id of a ClickHouse that is taken over, and the instant of the end. */
const plainObjects = (described: Iterable<readonly [string, string]>): Record<string, string> =>
  Object.fromEntries(
    Array.from(described, ([object, text]): [string, string] => [
      object,
      object === 'table adoption_mark'
        ? text.replace(/[0-9a-f-]{36}$/, 'id')
        : text.replace(/ adopted \d{4}-\S+$/, ' adopted'),
    ]),
  )

const look = async (system: LegacySystem) => {
  const postgres = await onConnection(system.url, async (client) => ({
    objects: plainObjects(await describeDatabase(client)),
    rows: await stateOf(client, beganAt),
  }))
  await using store = await system.openHistory()
  return {
    ...postgres,
    history: { objects: plainObjects(await describeHistory(store)), rows: await historyOf(store, beganAt) },
  }
}

/** Runs a command in one go. */
const runWhole = async (args: readonly string[]): Promise<void> => {
  const startedAt = performance.now()
  const { code, stderr } = await left.run('adopt', ...args)
  tookMs.set(args[0]!, performance.now() - startedAt)
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
}

/** Starts a command again and again, kills each at some point of its way, and runs the last one to its end. */
const runKilled = async (args: readonly string[]): Promise<void> => {
  for (let n = 0; n < kills; n++) {
    const program = right.spawn(['adopt', ...args])
    const wholeMs = tookMs.get(args[0]!)!
    // Each goes on where the one before was killed, so that the points are over the whole way.
    const share = 0.25 + (0.75 * 2 * unit(args[0]!.length, n)) / (kills + 1)
    await Promise.race([delay(wholeMs * share), program.ended])
    await program[Symbol.asyncDispose]()
    const { code, signal } = await program.ended
    // One that was over before has nothing to be killed; it must have ended well.
    if (signal === null) expect({ args, code, said: program.stderr() }).toEqual({ args, code: 0, said: '' })
    if (code === 0) return
  }
  const { code, stderr } = await right.run('adopt', ...args)
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
}

// One after the other: each begins where the one before ended.
test.for([phaseA, rollback, phaseA, phaseB])(
  '%s killed at any point comes to the same end',
  { timeout: 600_000 },
  async (args) => {
    await runWhole(args)
    await runKilled(args)
    expect(await look(right)).toEqual(await look(left))
  },
)
