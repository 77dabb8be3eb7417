import { expect, test } from 'vitest'
import { type Interest, interestIn, interestInAll } from '../../src/live/interest.ts'
import { LiveModel, ModelSink, plainShape, settle } from '../support/live/live-model.ts'

/** The samples that a sink got: channel, viewers and minute. */
const samplesOf = (sink: ModelSink): unknown[][] =>
  sink.messages.map((message) =>
    message.kind === 'ViewerSample' ? [Number(message.channel.id), message.viewers, message.at.getTime() / 60_000] : [],
  )

test('a viewer who is behind gets the latest sample of each channel, and channels nobody asks for are not looked up', async () => {
  const model = new LiveModel(4)
  const sink = new ModelSink()
  sink.subscription = model.hub.subscribe(
    { feed: 'viewers', interest: interestIn([1n, 2n]) },
    plainShape(),
    sink,
    sink.signal,
  )
  await settle()
  const observe = async (minute: number, ...samples: [bigint, number | null][]) => {
    model.probe(new Date(minute * 60_000), samples)
    model.tellViewers()
    await settle()
  }
  await observe(1, [1n, 10], [2n, 20], [3n, 30])
  sink.allow(0)
  for (let minute = 2; minute <= 50; minute++) await observe(minute, [1n, minute], [2n, null], [4n, 1])
  const reads = model.reads
  await observe(51, [3n, 1], [4n, 1])
  expect(model.reads).toBe(reads)
  sink.allow(Number.POSITIVE_INFINITY)
  await settle()
  expect(samplesOf(sink)).toEqual([
    [1, 10, 1],
    [2, 20, 1],
    [1, 50, 50],
    [2, null, 50],
  ])
})

test('a viewer begins with the latest sample of each channel that is live, and gets every later one once', async () => {
  const model = new LiveModel(5)
  const observe = (minute: number, ...samples: [bigint, number | null][]) => {
    model.probe(new Date(minute * 60_000), samples)
    model.tellViewers()
  }
  const view = (interest: Interest) => {
    const sink = new ModelSink()
    const request = { feed: 'viewers' as const, interest }
    sink.subscription = model.hub.subscribe(request, plainShape(), sink, sink.signal)
    return () => samplesOf(sink)
  }
  // Channel 5 is not live any more.
  observe(20, [1n, 9], [2n, 20])
  observe(21, [1n, 10], [3n, null], [5n, 50])
  const [some, all, none] = [view(interestIn([1n, 2n, 4n])), view(interestInAll('kick')), view(interestInAll('x'))]
  await settle()
  observe(22, [2n, 22])
  await settle()
  observe(23, [1n, 11])
  await settle()
  expect(some().slice(0, 2).toSorted()).toEqual([
    [1, 10, 21],
    [2, 20, 20],
  ])
  expect(some().slice(2)).toEqual([
    [2, 22, 22],
    [1, 11, 23],
  ])
  expect(all().slice(0, 2).toSorted()).toEqual([
    [1, 10, 21],
    [3, null, 21],
  ])
  expect(all().slice(2)).toEqual([[1, 11, 23]])
  expect(none()).toEqual([])
  const late = view(interestIn([1n, 2n]))
  await settle()
  expect(late().toSorted()).toEqual([
    [1, 11, 23],
    [2, 22, 22],
  ])
})
