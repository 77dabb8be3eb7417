import { expect, test } from 'vitest'
import { filterOf, isFiltered, replayWords, stateOf } from './delivery-words.ts'

const target = { pausedAt: null }

test('what becomes of a delivery', () => {
  const word = (state: Parameters<typeof stateOf>[0]) => stateOf(state).word
  expect(word({ state: 'DELIVERED', attemptCount: 1, target })).toBe('delivered')
  expect(word({ state: 'DEAD', attemptCount: 36, target })).toBe('given up')
  expect(word({ state: 'WAITING', attemptCount: 0, target })).toBe('waiting')
  expect(word({ state: 'WAITING', attemptCount: 2, target })).toBe('retrying')
  expect(stateOf({ state: 'WAITING', attemptCount: 2, target: { pausedAt: 'then' } }).sentence).toContain('paused')
})

test('the filter of the address is that of the API', () => {
  const range = { from: 'now-1h', to: 'now' }
  expect(filterOf({ tab: 'deliveries', open: 'x', rule: 'r' }, range)).toEqual({ range, rule: 'r' })
  expect([isFiltered({ tab: 'deliveries', open: 'x' }), isFiltered({ state: 'DEAD' })]).toEqual([false, true])
})

test('a replay is told before it is done', () => {
  expect(replayWords({ waiting: 0, delivered: 10, dead: 2 })).toEqual({
    count: 12,
    sentences: ['12 alerts are sent again, each under the id that it had.', '10 had been delivered, and 2 given up.'],
  })
  expect(replayWords({ waiting: 3, delivered: 0, dead: 1 })).toEqual({
    count: 1,
    sentences: [
      '1 alert is sent again, under the id that it had.',
      'It had been given up.',
      '3 alerts wait already, and are left.',
    ],
  })
  expect(replayWords({ waiting: 1, delivered: 0, dead: 0 })).toEqual({
    count: 0,
    sentences: ['There is none that ended.', '1 alert waits already, and is left.'],
  })
})

test('of very many only the oldest are replayed', () => {
  expect(replayWords({ waiting: 0, delivered: 10_000, dead: 10 })).toEqual({
    count: 10_000,
    sentences: [
      '10,000 alerts are sent again, each under the id that it had.',
      'There are more: these are the oldest.',
    ],
  })
})
