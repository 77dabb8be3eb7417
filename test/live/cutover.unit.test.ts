import fc from 'fast-check'
import { expect, test } from 'vitest'
import { covers, type Interest, interestIn, interestInAll } from '../../src/live/interest.ts'
import { encodeJournalCursor } from '../../src/live/journal-cursor.ts'
import { LiveModel, type ModelSink, plainShape, settle, slowShape } from '../support/live/live-model.ts'

const channelCount = 4

const commit = fc.record({ do: fc.constant('commit' as const), channel: fc.integer({ min: 1, max: channelCount }) })
const tell = (max: number) => fc.record({ do: fc.constant('tell' as const), count: fc.integer({ min: 1, max }) })
const look = fc.constantFrom({ do: 'take' as const }, { do: 'give' as const })
const allow = fc.record({ do: fc.constant('allow' as const), sink: fc.nat(5), writes: fc.nat(4) })
const open = fc.record({
  do: fc.constant('open' as const),
  interest: fc.constantFrom(interestInAll(null), interestInAll('kick'), interestIn([1n, 2n]), interestIn([2n, 3n, 4n])),
  resume: fc.option(fc.nat(30)),
  slow: fc.boolean(),
})

/** A sink can change its mind at any time, and any number of events can be told at once. */
const anyStep = fc.oneof(
  { weight: 4, arbitrary: commit },
  { weight: 3, arbitrary: tell(5) },
  { weight: 6, arbitrary: look },
  { weight: 2, arbitrary: allow },
  { weight: 2, arbitrary: open },
)
/** Nobody is slow but the database. */
const eagerStep = fc.oneof(
  { weight: 4, arbitrary: commit },
  { weight: 4, arbitrary: tell(1) },
  { weight: 4, arbitrary: look },
  { weight: 1, arbitrary: open },
)
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never

type Opened = { sink: ModelSink; interest: Interest; after: number | null }

/** Every event after what the subscriber began with, once and in order, but for what a gap admits. */
const check = (model: LiveModel, { sink, interest, after }: Opened): void => {
  const { changes, gaps } = sink
  expect(changes).toEqual([...changes].sort((a, b) => a - b))
  expect(new Set(changes).size).toBe(changes.length)
  const snapshots = new Map<number, number>()
  for (const message of sink.messages)
    if (message.kind === 'StatusSnapshot') snapshots.set(Number(message.channel.id), message.channel.followerCount!)
  const mine = model.channels.filter((id) => covers(interest, id, id % 2 === 0 ? 'twitch' : 'kick'))
  if (after === null) expect([...snapshots.keys()].sort()).toEqual(mine)
  else expect(snapshots.size).toBe(0)
  for (const id of mine) {
    const from = after ?? snapshots.get(id)!
    const expected = model.committed
      .filter(({ event, channel }) => Number(channel.id) === id && event.id > from)
      .map(({ event }) => Number(event.id))
    const got = changes.filter((change) => Number(model.committed[change - 1]!.channel.id) === id)
    const admitted = (change: number) => gaps.some((gap) => change > gap.after && change <= gap.through)
    expect(got.filter((change) => !admitted(change))).toEqual(expected.filter((change) => !admitted(change)))
    expect(got.every((change) => expected.includes(change))).toBe(true)
  }
}

/** Plays the steps, lets everything come to an end and checks every subscriber. */
const play = async (steps: readonly [Step, turns: number][], capacity: number): Promise<Opened[]> => {
  const model = new LiveModel(channelCount, { status: capacity, viewers: 16 })
  model.manual = true
  // Two messages fill a write.
  const [fast, slow] = [plainShape('fast', ' '.repeat(9_000)), slowShape()]
  const opened: Opened[] = []
  for (const [one, turns] of steps) {
    if (one.do === 'commit') model.commit(one.channel)
    else if (one.do === 'tell') void model.tell(one.count)
    else if (one.do === 'take') model.take()
    else if (one.do === 'give') model.give()
    else if (one.do === 'allow') opened[one.sink]?.sink.allow(one.writes)
    else {
      const after = one.resume === null ? null : Math.min(one.resume, model.committed.length)
      const cursor = after === null ? undefined : encodeJournalCursor('model', after)
      const sink = model.open(one.interest, { after: cursor, shape: one.slow ? slow : fast })
      opened.push({ sink, interest: one.interest, after })
    }
    await settle(turns)
  }
  for (const { sink } of opened) sink.allow(Number.POSITIVE_INFINITY)
  do {
    await model.tell(1)
    model.take()
    model.give()
    await settle()
  } while (!model.isQuiet)
  for (const one of opened) check(model, one)
  await model.hub[Symbol.asyncDispose]()
  return opened
}

const runs = { numRuns: 300 }
const steps = (step: fc.Arbitrary<Step>, turns: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(step, turns), { minLength: 20, maxLength: 80, size: 'max' })

test('whatever happens in whatever order, a subscriber gets every event after its snapshot or cursor once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(steps(anyStep, fc.nat(3)), async (played) => {
      for (const { sink } of await play(played, 4_096)) expect(sink.gaps).toEqual([])
    }),
    runs,
  )
})

test('with a feed that keeps three events, what a subscriber misses lies within the gaps it is told', async () => {
  await fc.assert(
    fc.asyncProperty(steps(anyStep, fc.nat(3)), async (played) => void (await play(played, 3))),
    runs,
  )
})

test('with a feed that keeps three events, who keeps up misses none, however long the database takes at the start', async () => {
  await fc.assert(
    fc.asyncProperty(steps(eagerStep, fc.constant(5)), async (played) => {
      for (const { sink } of await play(played, 3)) expect(sink.gaps).toEqual([])
    }),
    runs,
  )
})
