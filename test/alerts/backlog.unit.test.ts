import { expect, test } from 'vitest'
import { type Backlog, backlogNotices } from '../../src/alerts/backlog.ts'

const calm: Backlog = { waiting: 3, oldestSeconds: 20, held: 0, dead: 1, pausedTargets: 0 }

test('what waits for targets that are paused, and what waits for long, needs a look', () => {
  expect(backlogNotices(calm)).toEqual([])
  expect(backlogNotices({ ...calm, pausedTargets: 1 })).toEqual([])
  expect(backlogNotices({ ...calm, pausedTargets: 1, held: 7, oldestSeconds: 1_000 })).toEqual([
    '7 alerts wait for a target that is paused.',
    'An alert has waited for 16 minutes.',
  ])
})
