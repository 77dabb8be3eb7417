import { expect, test } from 'vitest'
import { ApiError } from '../../src/lib/errors.ts'
import { interestIn } from '../../src/live/interest.ts'
import { LiveModel, ModelSink, plainShape, settle } from '../support/live/live-model.ts'
import { chatLine } from '../support/telemetry/chat-rows.ts'

const follow = (model: LiveModel, channelId: bigint, shape = plainShape()): ModelSink => {
  const sink = new ModelSink()
  sink.subscription = model.hub.subscribe({ feed: 'chat', interest: interestIn([channelId]) }, shape, sink, sink.signal)
  return sink
}

const lines = (channelId: bigint, from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    channelId,
    slug: `c${channelId}`,
    line: chatLine({ at: 1_000_000 + n, id: `m${from + n}` }),
  }))

const told = ({ messages }: ModelSink): string[] =>
  messages.flatMap((message) => (message.kind === 'ChatMessage' ? [message.messageId] : []))

const numbered = (from: number, count: number) => Array.from({ length: count }, (_, n) => `m${from + n}`)

test('everybody who follows a channel is told every line of it, in order, and nothing else', async () => {
  const model = new LiveModel(3)
  const [one, same, other] = [follow(model, 1n), follow(model, 1n), follow(model, 2n)]
  await settle()
  await model.hub.publishChat([...lines(1n, 0, 3), ...lines(2n, 100, 2), ...lines(3n, 200, 2)])
  void model.hub.publishChat(lines(1n, 3, 2))
  await model.hub.publishChat(lines(1n, 5, 1))
  await settle()
  expect(told(one)).toEqual(numbered(0, 6))
  expect(told(same)).toEqual(numbered(0, 6))
  expect(told(other)).toEqual(numbered(100, 2))
  expect(model.hub.stats()).toMatchObject({ subscribers: { chat: 3 }, groups: 1, audiences: 2 })
})

test('a line is rendered once for all who ask for the same, and not at all for nobody', async () => {
  const model = new LiveModel(2)
  const shape = plainShape()
  const sinks = Array.from({ length: 200 }, () => follow(model, 1n, shape))
  await settle()
  await model.hub.publishChat([...lines(1n, 0, 1), ...lines(2n, 1, 50)])
  await settle()
  for (const sink of sinks) expect(told(sink)).toEqual(['m0'])
  expect(shape.rendered).toBe(1)
})

test('a burst larger than what is kept reaches everybody who keeps up', async () => {
  const model = new LiveModel(1, { status: 16, viewers: 16, chat: 32 })
  const sink = follow(model, 1n)
  await settle()
  await model.hub.publishChat(lines(1n, 0, 5_000))
  await settle()
  expect(told(sink)).toEqual(numbered(0, 5_000))
  expect(sink.ended).toBe(false)
})

test('a subscriber who does not keep up gets what it could be given without a hole, then an error that says so', async () => {
  const model = new LiveModel(1, { status: 16, viewers: 16, chat: 32 })
  const [healthy, stalled] = [follow(model, 1n), follow(model, 1n)]
  await settle()
  stalled.allow(1)
  for (let from = 0; from < 400; from += 8) {
    await model.hub.publishChat(lines(1n, from, 8))
    await settle()
  }
  const before = told(stalled)
  expect(before.length).toBeLessThan(50)
  stalled.allow(Number.POSITIVE_INFINITY)
  await settle()
  expect(stalled.ended).toBe(true)
  expect(stalled.error).toBeInstanceOf(ApiError)
  expect(stalled.error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('did not keep up') })
  expect(told(stalled)).toEqual(numbered(0, before.length))
  expect(stalled.messages.every(({ kind }) => kind === 'ChatMessage')).toBe(true)
  expect(told(healthy)).toEqual(numbered(0, 400))
  expect(model.hub.stats()).toMatchObject({ subscribers: { chat: 1 }, gaps: 1 })
})

test('a subscriber who is behind for less than is kept misses nothing', async () => {
  const model = new LiveModel(1, { status: 16, viewers: 16, chat: 64 })
  const sink = follow(model, 1n)
  await settle()
  sink.allow(0)
  await model.hub.publishChat(lines(1n, 0, 60))
  await settle()
  expect(told(sink)).toEqual([])
  sink.allow(Number.POSITIVE_INFINITY)
  await settle()
  expect(told(sink)).toEqual(numbered(0, 60))
})

test('who leaves leaves nothing behind, and the end of the hub ends everybody', async () => {
  const model = new LiveModel(1)
  const [gone, staying] = [follow(model, 1n), follow(model, 1n)]
  await settle()
  gone.cancel()
  await model.hub.publishChat(lines(1n, 0, 1))
  await settle()
  expect(told(gone)).toEqual([])
  await model.hub[Symbol.asyncDispose]()
  expect(staying).toMatchObject({ ended: true, error: undefined })
  expect(model.hub.stats()).toMatchObject({ subscribers: { chat: 0 }, groups: 0, audiences: 0 })
})

test('a line is told as its history will show it: to the second, without a name where there is none', async () => {
  const model = new LiveModel(1)
  const sink = follow(model, 1n)
  await settle()
  const line = {
    ...chatLine({ at: 7, id: 'x', by: 'somebody', text: 'hi \ud800' }),
    username: '',
    createdAt: new Date(7_999),
  }
  await model.hub.publishChat([{ channelId: 1n, slug: 'then', line }])
  await settle()
  expect(sink.messages).toEqual([
    {
      kind: 'ChatMessage',
      messageId: 'x',
      username: null,
      platformUserId: 'somebody',
      content: 'hi \ufffd',
      slugAtTheTime: 'then',
      createdAt: new Date(7_000),
    },
  ])
})
