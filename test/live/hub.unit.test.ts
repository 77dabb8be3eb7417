import v8 from 'node:v8'
import vm from 'node:vm'
import { expect, test } from 'vitest'
import { unavailable } from '../../src/lib/errors.ts'
import { interestIn, interestInAll } from '../../src/live/interest.ts'
import { decodeJournalCursor, encodeJournalCursor } from '../../src/live/journal-cursor.ts'
import type { Body } from '../../src/live/message.ts'
import { LiveModel, type ModelSink, plainShape, settle } from '../support/live/live-model.ts'

const range = (from: number, through: number): number[] =>
  Array.from({ length: through - from + 1 }, (_, i) => from + i)

test('a subscriber that stops reading holds up nobody and is told one gap when it reads again', async () => {
  const model = new LiveModel(1)
  const [healthy, stalled] = [model.open(interestIn([1n])), model.open(interestIn([1n]))]
  await settle()
  stalled.allow(1)
  for (let i = 1; i <= 6_000; i += 100) {
    model.commit(...Array<number>(100).fill(1))
    await model.tell()
    await settle()
  }
  expect(healthy.changes).toEqual(range(1, 6_000))
  expect(healthy.gaps).toEqual([])
  const before = stalled.changes
  stalled.allow(Number.POSITIVE_INFINITY)
  await settle()
  expect(stalled.gaps).toEqual([{ after: before.at(-1), through: 6_000 }])
  model.commit(1)
  await model.tell()
  await settle()
  expect(stalled.changes).toEqual([...before, 6_001])
})

test('1,500 changes told at once are delivered in full, in order and in few writes', async () => {
  const model = new LiveModel(3)
  const sink = model.open(interestIn([1n, 3n]))
  await settle()
  let writes = 0
  const write = sink.write.bind(sink)
  sink.write = (bodies) => {
    writes++
    write(bodies)
  }
  model.commit(...range(1, 1_500).map((i) => (i % 3) + 1))
  await model.tell()
  await settle(30)
  expect(sink.changes).toEqual(range(1, 1_500).filter((i) => i % 3 !== 1))
  expect(writes).toBeLessThan(50)
})

test('an event is rendered once for all who ask for the same, whichever other channels they watch, and for nobody else', async () => {
  const model = new LiveModel(4)
  const [shared, other] = [plainShape('shared'), plainShape('other')]
  const sinks = range(1, 500).map((i) => model.open(interestIn(i % 2 ? [1n, 2n] : [1n, 3n]), { shape: shared }))
  const apart = model.open(interestIn([4n]), { shape: other })
  await settle(30)
  const [before, untouched] = [shared.rendered, other.rendered]
  model.commit(1)
  await model.tell()
  await settle()
  for (const sink of sinks) expect(sink.changes).toEqual([1])
  expect(shared.rendered - before).toBe(1)
  expect(other.rendered).toBe(untouched)
  expect(apart.changes).toEqual([])
  expect(model.hub.stats()).toMatchObject({ subscribers: { status: 501, viewers: 0 }, groups: 2, audiences: 3 })
})

test('subscribers who begin together share one look at the database', async () => {
  const model = new LiveModel(2)
  const sinks = range(1, 200).map(() => model.open(interestIn([1n, 2n])))
  await settle(30)
  for (const sink of sinks) expect(sink.messages).toHaveLength(2)
  expect(model.reads).toBe(1)
})

test('the event loop turns at least every 600 messages', async () => {
  const model = new LiveModel(1)
  let sinceTurn = 0
  let most = 0
  let counting = true
  const turn = () => {
    sinceTurn = 0
    if (counting) setImmediate(turn)
  }
  for (let i = 0; i < 5_000; i++) {
    const sink = model.open(interestIn([1n]), { shape: plainShape(`group ${i % 100}`) })
    sink.write = () => {
      most = Math.max(most, ++sinceTurn)
    }
  }
  await settle(200)
  most = sinceTurn = 0
  setImmediate(turn)
  model.commit(1)
  await model.tell()
  await settle(200)
  counting = false
  expect(model.hub.stats().messages).toBe(10_000)
  expect(most).toBeLessThanOrEqual(600)
})

test('a selection that takes for ever to render holds up nobody else', async () => {
  const model = new LiveModel(1)
  const stuck = model.open(interestIn([1n]), {
    shape: { key: 'stuck', render: () => new Promise<Body>(() => undefined) },
  })
  const healthy = model.open(interestIn([1n]))
  await settle()
  model.commit(1, 1, 1)
  await model.tell()
  await settle()
  expect(healthy.changes).toEqual([1, 2, 3])
  expect(stuck.messages).toEqual([])
})

test('1,000 stalled subscribers who all ask for something else cost less than 50 MB', async () => {
  v8.setFlagsFromString('--expose-gc')
  const collect: () => void = vm.runInNewContext('gc')
  const model = new LiveModel(1)
  const padding = ' '.repeat(2_000)
  const open = () => model.open(interestIn([1n]), { shape: plainShape(`group ${model.hub.stats().groups}`, padding) })
  const healthy = open()
  const stalled = range(1, 1_000).map(open)
  await settle(100)
  for (const sink of stalled) sink.allow(1)
  collect()
  const before = process.memoryUsage()
  for (let i = 0; i < 60; i++) {
    model.commit(...Array<number>(100).fill(1))
    await model.tell()
    await settle(100)
  }
  collect()
  const after = process.memoryUsage()
  expect(healthy.changes).toHaveLength(6_000)
  for (const sink of stalled) expect(sink.changes.length).toBeLessThanOrEqual(10)
  const grown = after.heapUsed + after.external - before.heapUsed - before.external
  expect(grown / 1024 / 1024).toBeLessThan(50)
})

test('snapshots that come in pages all carry the cursor of the first, so that going on from any misses nothing', async () => {
  const model = new LiveModel(5)
  model.manual = true
  const sink = model.open(interestInAll(null))
  await settle()
  for (let page = 0; page < 3; page++) {
    model.commit(1)
    await model.tell()
    model.take()
    model.give()
    await settle()
  }
  const cursors = sink.messages.flatMap((message) => (message.kind === 'StatusSnapshot' ? [message.cursor] : []))
  expect(cursors).toEqual(Array(5).fill(encodeJournalCursor('model', 1)))
  expect(sink.changes).toEqual([2, 3])
})

test('who stops reading right after its snapshots is told no gap of what they contain', async () => {
  const model = new LiveModel(2, { status: 3, viewers: 3 })
  model.manual = true
  const sink = model.open(interestIn([1n, 2n]))
  model.commit(1, 1, 1, 1, 1)
  await settle()
  model.take()
  await model.tell(2)
  sink.allow(1)
  model.give()
  await settle()
  model.commit(2)
  await model.tell()
  sink.allow(Number.POSITIVE_INFINITY)
  await settle()
  expect([sink.gaps, sink.changes]).toEqual([[], [6]])
})

const gapOf = ({ messages: [first] }: ModelSink) => {
  if (first?.kind !== 'StatusGap') throw new Error(`expected a gap first, got ${first?.kind}`)
  return { after: first.after, through: Number(decodeJournalCursor(first.cursor).id), reason: first.reason }
}

test.each([
  ['of another journal', () => encodeJournalCursor('other', 2), 'another journal'],
  ['older than what retention kept', () => encodeJournalCursor('model', 1), 'retention'],
  ['ahead of the journal', () => encodeJournalCursor('model', 9), 'ahead'],
  ['as large as a cursor can be', () => encodeJournalCursor('model', 2n ** 63n - 1n), 'ahead'],
])('a cursor %s is answered by a gap and then by snapshots and changes', async (_, cursorOf, reason) => {
  const model = new LiveModel(2)
  model.commit(1, 2, 1)
  await model.tell()
  model.prunedThrough = 2
  const after = cursorOf()
  const sink = model.open(interestIn([1n, 2n]), { after })
  await settle()
  expect(gapOf(sink)).toEqual({ after, through: 3, reason: expect.stringContaining(reason) })
  model.commit(2)
  await model.tell()
  await settle()
  expect(sink.messages.map(({ kind }) => kind)).toEqual([
    'StatusGap',
    'StatusSnapshot',
    'StatusSnapshot',
    'StatusChange',
  ])
})

test('when the journal is replaced, everyone is told a gap from the last cursor and begins again', async () => {
  const model = new LiveModel(1)
  const sink = model.open(interestIn([1n]))
  const late = model.open(interestIn([1n]), { after: encodeJournalCursor('model', 0), shape: plainShape('late') })
  await settle()
  model.commit(1, 1)
  await model.tell()
  await settle()
  model.begin('restored')
  await settle()
  model.commit(1)
  await model.tell()
  await settle()
  for (const one of [sink, late]) {
    const kinds = one.messages.map(({ kind }) => kind)
    expect(kinds.slice(-5)).toEqual([
      ...['StatusChange', 'StatusChange', 'StatusGap', 'StatusSnapshot', 'StatusChange'],
    ])
    expect(one.gaps).toEqual([{ after: 2, through: 2 }])
  }
  expect(model.hub.stats().subscribers.status).toBe(2)
})

test('a subscription whose start fails is ended with the error and forgotten', async () => {
  const model = new LiveModel(1)
  model.readFailure = unavailable('The database does not answer now.')
  const sink = model.open(interestIn([1n]))
  await settle()
  expect(sink.error).toBe(model.readFailure)
  expect(model.hub.stats()).toMatchObject({ subscribers: { status: 0 }, groups: 0, audiences: 0 })
})

test('disposing of the hub ends every subscription', async () => {
  const model = new LiveModel(1)
  const sinks = [model.open(interestIn([1n])), model.open(interestInAll('kick'))]
  await settle()
  await model.hub[Symbol.asyncDispose]()
  for (const sink of sinks) expect([sink.ended, sink.error]).toEqual([true, undefined])
  expect(model.hub.stats().subscribers.status).toBe(0)
})
