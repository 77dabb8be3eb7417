import { expect, test } from 'vitest'
import type { Socket } from './connection.ts'
import { type Followed, followChannels, type Gap } from './follow-channels.ts'

type Sink = { next(message: unknown): void; error(error: unknown): void; complete(): void }

/** A socket whose server is the test, and what a follower heard by it. */
const followBy = (followed: Followed) => {
  const asked: { name: string; variables: unknown }[] = []
  const sinks = new Map<string, Sink>()
  let resume: () => void = () => undefined
  const subscribe = ({ operationName: name, variables }: { operationName: string; variables: unknown }, sink: Sink) => {
    asked.push({ name, variables })
    sinks.set(name, sink)
    return () => undefined
  }
  const retry = () => new Promise<void>((resolve) => (resume = resolve))
  const heard: unknown[] = []
  const gaps: Gap[] = []
  const stop = followChannels({ client: { subscribe }, retry } as unknown as Socket, followed, {
    onStatus: ({ event }) => heard.push(event.type),
    onViewers: (id, viewers) => heard.push([id, viewers]),
    onTitle: (id, { title }) => heard.push([id, title]),
    onGap: (gap) => gaps.push(gap),
  })
  return {
    asked,
    heard,
    gaps,
    stop,
    tell: (name: string, data: object) => sinks.get(name)!.next({ data }),
    fail: (name: string, error: unknown) => sinks.get(name)!.error(error),
    end: (name: string) => sinks.get(name)!.complete(),
    resume: () => resume(),
  }
}

const started = (cursor: string) => ({
  channelStatus: { __typename: 'StatusChange', cursor, event: { type: 'STREAM_START' }, channel: {}, session: null },
})
const lost = { channelStatus: { __typename: 'StatusGap', cursor: '9', reason: 'Too many.' } }
const faults = (code: string) => [{ message: `It is ${code}.`, extensions: { code } }]

test('status, counts and titles are followed together, and begin where what is shown ended', () => {
  const { asked, heard, tell } = followBy({ ids: ['a'], after: '5' })
  tell('LiveStatus', started('6'))
  tell('LiveViewers', { viewerCount: { channel: { id: 'a' }, viewers: null, at: '' } })
  tell('LiveTitles', {
    sessionChapters: { __typename: 'SessionChapterChange', cursor: '7', channel: { id: 'a' }, session: { title: 'T' } },
  })
  expect(asked).toEqual([
    { name: 'LiveStatus', variables: { ids: ['a'], after: '5' } },
    { name: 'LiveViewers', variables: { ids: ['a'] } },
    { name: 'LiveTitles', variables: { ids: ['a'], after: undefined } },
  ])
  expect(heard).toEqual(['STREAM_START', ['a', null], ['a', 'T']])
})

test('after a lost connection it goes on from the last message', async () => {
  const { asked, tell, fail, resume, heard, gaps } = followBy({ after: '5' })
  tell('LiveStatus', started('6'))
  fail('LiveStatus', new Event('close'))
  resume()
  await expect.poll(() => asked.at(-1)).toEqual({ name: 'LiveStatus', variables: { ids: undefined, after: '6' } })
  tell('LiveStatus', started('7'))
  expect(heard).toEqual(['STREAM_START', 'STREAM_START'])
  expect(gaps).toEqual([])
})

test('a server that can not now is asked again, and one that refuses is told as a gap', async () => {
  const { asked, fail, resume, gaps } = followBy({})
  fail('LiveViewers', faults('UNAVAILABLE'))
  resume()
  await expect.poll(() => asked.length).toBe(4)
  fail('LiveViewers', faults('FORBIDDEN'))
  expect(gaps).toMatchObject([{ reason: 'It is FORBIDDEN.' }])
  expect(asked).toHaveLength(4)
})

test('changes that were lost are told with the time since the connection was', async () => {
  const { asked, tell, end, resume, gaps } = followBy({})
  tell('LiveStatus', started('6'))
  const before = Date.now()
  end('LiveStatus')
  resume()
  await expect.poll(() => asked.length).toBe(4)
  tell('LiveStatus', lost)
  const [gap] = gaps
  expect(gap).toMatchObject({ reason: 'Too many.' })
  expect(gap!.from).toBeGreaterThanOrEqual(before)
  expect(gap!.to).toBeGreaterThanOrEqual(gap!.from)
})

test('nothing is told after it was stopped', () => {
  const { stop, tell, heard, gaps } = followBy({})
  stop()
  tell('LiveStatus', started('6'))
  tell('LiveStatus', lost)
  expect(heard).toEqual([])
  expect(gaps).toEqual([])
})
