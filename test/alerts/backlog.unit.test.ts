import { expect, test } from 'vitest'
import { type Backlog, backlogNotices } from '../../src/alerts/backlog.ts'

const calm: Backlog = {
  ...{ waiting: 3, oldestSeconds: 20, held: 0, dead: 1, pausedTargets: 0, restoredTargets: 0, begunAt: null },
}

test('what waits for targets that are paused, and what waits for long, needs a look', () => {
  expect(backlogNotices(calm)).toEqual([])
  expect(backlogNotices({ ...calm, pausedTargets: 1 })).toEqual([])
  expect(backlogNotices({ ...calm, pausedTargets: 1, held: 7, oldestSeconds: 1_000 })).toEqual([
    '7 alerts wait for a target that is paused.',
    'An alert has waited for 16 minutes.',
  ])
})

test('a restore is told: whose targets are paused, and what is not told any more', () => {
  expect(backlogNotices({ ...calm, restoredTargets: 1 })).toEqual([
    'This system was restored, so a target of alerts is paused: resume what is to be told here when the system that was backed up tells nothing any more.',
  ])
  expect(backlogNotices({ ...calm, restoredTargets: 2 })[0]).toContain('2 targets of alerts are paused')
  expect(backlogNotices({ ...calm, begunAt: new Date('2026-11-30T18:00:00Z') })).toEqual([
    'Since 2026-11-30T18:00:00.000Z alerts follow the logs of another or a restored database: what happened before and was not told by then is not told.',
  ])
})
