import { describe, expect, test } from 'vitest'
import type { LiveRequest } from '../../src/live/hub.ts'
import { interestIn, interestInAll } from '../../src/live/interest.ts'
import { encodeJournalCursor } from '../../src/live/journal-cursor.ts'
import { LiveStream } from '../../src/live/live-stream.ts'
import { LiveModel, ModelSink, plainShape, settle } from '../support/live/live-model.ts'

const range = (from: number, through: number): number[] =>
  Array.from({ length: through - from + 1 }, (_, i) => from + i)

const fromTheStart = { text: encodeJournalCursor('model', 0), cursor: { epoch: 'model', id: 0n } }

describe('a subscription that is cancelled', () => {
  const nobody = { subscribers: { status: 0, viewers: 0, chat: 0 }, groups: 0, audiences: 0 }
  const requests: [string, LiveRequest][] = [
    ['status', { feed: 'status', interest: interestIn([1n]), after: null }],
    ['status from a cursor', { feed: 'status', interest: interestIn([1n]), after: fromTheStart }],
    ['status of everything', { feed: 'status', interest: interestInAll(null), after: null }],
    ['viewers', { feed: 'viewers', interest: interestIn([1n]) }],
    ['chat', { feed: 'chat', interest: interestIn([1n]) }],
  ]

  test.each(requests)('before it was begun (%s) leaves nothing behind', async (_, request) => {
    const model = new LiveModel(3)
    const sink = new ModelSink()
    sink.cancel()
    new LiveStream(model.hub, request).open(plainShape(), sink, sink.signal)
    expect(model.hub.stats()).toMatchObject(nobody)
    await settle()
    expect(model.reads).toBe(0)
    expect(sink.ended).toBe(true)
  })

  test.each(requests)('in the turn in which it was begun (%s) asks the database nothing', async (_, request) => {
    const model = new LiveModel(3)
    const sink = new ModelSink()
    model.hub.subscribe(request, plainShape(), sink, sink.signal)
    sink.cancel()
    expect(model.hub.stats()).toMatchObject(nobody)
    await settle()
    expect(model.reads).toBe(0)
    expect([sink.ended, sink.messages]).toEqual([true, []])
  })

  test('while it waits for its turn to look gives the turn to others', async () => {
    const model = new LiveModel(40)
    model.manual = true
    const sinks = range(1, 40).map((id) => model.open(interestIn([BigInt(id)])))
    await settle()
    const began = model.reads
    expect(began).toBeLessThan(10)
    for (const sink of sinks.slice(0, 39)) sink.cancel()
    expect(model.hub.stats()).toMatchObject({ subscribers: { status: 1 }, audiences: 1 })
    while (!model.isQuiet) {
      model.take()
      model.give()
      await settle()
    }
    expect(model.reads).toBe(began + 1)
    expect(sinks.map(({ messages }) => messages.length)).toEqual([...Array(39).fill(0), 1])
  })
})

test('snapshots of everything are read and rendered once for all who come together', async () => {
  const model = new LiveModel(9)
  const shape = plainShape()
  const sinks = range(1, 50).map(() => model.open(interestInAll(null), { shape }))
  await settle(30)
  for (const sink of sinks) expect(sink.messages.map(({ kind }) => kind)).toEqual(Array(9).fill('StatusSnapshot'))
  expect([model.reads, shape.rendered]).toEqual([5, 9])
})
