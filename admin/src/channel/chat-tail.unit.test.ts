import { expect, test } from 'vitest'
import { ChatTail } from './chat-tail.ts'

const message = (id: number) => ({ messageId: String(id) })

const tail = (most = 5) => {
  const scheduled: (() => void)[] = []
  const made = new ChatTail<{ messageId: string }>({ most, schedule: (flush) => void scheduled.push(flush) })
  return {
    made,
    scheduled,
    add: (from: number, to: number) => {
      for (let id = from; id <= to; id++) made.add(message(id))
    },
    ids: () => made.shown.lines.map((line) => (line.kind === 'message' ? Number(line.message.messageId) : 'gap')),
  }
}

test('all that comes before the next drawing is shown at once', () => {
  const { made, scheduled, add, ids } = tail()
  let told = 0
  made.subscribe(() => told++)
  add(1, 3)
  expect([scheduled.length, told, ids()]).toEqual([1, 0, []])
  scheduled[0]!()
  expect([told, ids()]).toEqual([1, [1, 2, 3]])
})

test('the newest lines are kept', () => {
  const { made, add, ids } = tail()
  add(1, 8)
  made.flush()
  expect(ids()).toEqual([4, 5, 6, 7, 8])
})

test('while it is paused lines stay, and those that wait are counted and then shown', () => {
  const { made, add, ids } = tail()
  add(1, 3)
  made.pause()
  add(4, 5)
  made.flush()
  expect([ids(), made.shown.waiting]).toEqual([[1, 2, 3], 2])
  add(6, 6)
  made.resume()
  expect([ids(), made.shown]).toEqual([[2, 3, 4, 5, 6], { ...made.shown, waiting: 0, dropped: 0, isPaused: false }])
})

test('more than may wait are dropped from the oldest, and it is said how many until the next pause', () => {
  const { made, add, ids } = tail()
  made.pause()
  add(1, 7)
  made.flush()
  add(8, 8)
  made.resume()
  expect([ids(), made.shown.dropped]).toEqual([[4, 5, 6, 7, 8], 3])
  made.pause()
  expect(made.shown.dropped).toBe(0)
})

test('what was said before stands in front, each message once', () => {
  const { made, add, ids } = tail()
  add(3, 4)
  made.begin([message(1), message(2), message(3)])
  expect(ids()).toEqual([1, 2, 3, 4])
})

test('a stretch in which nothing could be received is a line of its own', () => {
  const { made, add, ids } = tail()
  add(1, 1)
  made.addGap(1_000, 2_000)
  add(2, 2)
  made.flush()
  expect(ids()).toEqual([1, 'gap', 2])
})
