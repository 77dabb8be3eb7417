import { describe, expect, test } from 'vitest'
import type { OutageFacts } from '../../src/telemetry/outage-cause.ts'
import type { Outage } from '../../src/telemetry/outages.ts'
import { at, brief, failed, hole, nothing, now, off, outage, told } from '../support/telemetry/outage-facts.ts'

describe('no rows were lost', () => {
  test.each<[string, Partial<OutageFacts>, unknown[], Outage?]>([
    [
      'nothing was asked',
      {},
      [
        'NODE_AWAY',
        'No poller asked Kick anything between 17:00 and 17:30 UTC on 29 November 2026: the program was stopped, restarted or cut off from its database.',
        'CALLS',
      ],
    ],
    [
      'most of the time nothing was asked, and then the platform failed once',
      { calls: { well: 0, failed: [failed(1)], silence: { from: at('17:02:10'), to: at('17:30') } } },
      [
        'NODE_AWAY',
        'No poller asked Kick anything between 17:02 and 17:30 UTC on 29 November 2026: the program was stopped, restarted or cut off from its database.',
        'CALLS',
      ],
    ],
    [
      'nothing is asked until now',
      { calls: { well: 0, failed: [], silence: { from: at('19:00'), to: at('20:00') } } },
      [
        'NODE_AWAY',
        'No poller has asked Kick anything since 19:00 UTC on 29 November 2026: the program was stopped, restarted or cut off from its database.',
        'CALLS',
      ],
      outage('19:00', '20:00'),
    ],
    [
      'every call failed',
      { calls: { well: 0, failed: [failed(14)], silence: brief } },
      [
        'POLL_FAILED',
        'Kick answered 503 to all 14 calls between 17:00 and 17:30 UTC on 29 November 2026.',
        'CALLS true',
      ],
    ],
    [
      'pauses between failing calls are no silence',
      { calls: { well: 0, failed: [failed(2)], silence: { from: at('17:01'), to: at('17:04') } } },
      [
        'POLL_FAILED',
        'Kick answered 503 to both calls between 17:00:00 and 17:05:00 UTC on 29 November 2026.',
        'CALLS true',
      ],
      outage('17:00', '17:05'),
    ],
    [
      'the only call had no answer',
      {
        calls: { well: 0, failed: [failed(1, { status: null, error: 'no complete answer in time' })], silence: brief },
      },
      [
        'POLL_FAILED',
        'Kick gave no complete answer to the only call between 17:00 and 17:30 UTC on 29 November 2026 (no complete answer in time).',
        'CALLS true',
      ],
    ],
    [
      'calls are still failing',
      { calls: { well: 0, failed: [failed(3)], silence: { from: at('19:50'), to: at('19:52') } } },
      ['POLL_FAILED', 'Kick has answered 503 to all 3 calls since 19:40 UTC on 29 November 2026.', 'CALLS true'],
      outage('19:40', '20:00'),
    ],
    [
      'some calls failed, in several ways',
      {
        calls: {
          well: 10,
          failed: [
            failed(4, { status: 429, error: 'answered 429' }),
            failed(2),
            failed(1, { status: 200, error: 'x' }),
          ],
          silence: brief,
        },
      },
      [
        'POLL_FAILED',
        'Kick answered 429 to 4 of 17 calls between 17:00 and 17:30 UTC on 29 November 2026, and 3 more failed in other ways.',
        'CALLS true',
      ],
    ],
    [
      'few calls failed, but that of the channel did',
      {
        calls: {
          well: 1_000,
          failed: [failed(9), failed(2, { status: 404, error: 'answered 404', isOfChannel: true })],
          silence: brief,
        },
      },
      [
        'POLL_FAILED',
        'Kick answered 404 to 2 of 1,011 calls between 17:00 and 17:30 UTC on 29 November 2026, and 9 more failed in other ways.',
        'CALLS true',
      ],
    ],
    [
      'calls were not sent',
      { calls: { well: 0, failed: [failed(7, { status: null, error: 'not sent: the host fails' })], silence: brief } },
      [
        'POLL_FAILED',
        'Because Kick had failed before, all 7 calls to it were not sent between 17:00 and 17:30 UTC on 29 November 2026 (the host fails).',
        'CALLS true',
      ],
    ],
    [
      'answers could not be used',
      { calls: { well: 0, failed: [failed(2, { status: 200, error: 'answered 200 without JSON' })], silence: brief } },
      [
        'POLL_FAILED',
        'What Kick answered to both calls between 17:00 and 17:30 UTC on 29 November 2026 could not be used (answered 200 without JSON).',
        'CALLS true',
      ],
    ],
    [
      'the platform answered, and told nothing of the channel',
      { calls: { well: 40, failed: [failed(1)], silence: brief } },
      [
        'PLATFORM_SILENT',
        'Kick answered 40 of 41 calls between 17:00 and 17:30 UTC on 29 November 2026, but no answer told of the channel.',
        'CALLS',
      ],
    ],
    [
      'the calls of half of the time are kept',
      { callsSince: at('17:15'), calls: { well: 0, failed: [failed(3)], silence: brief } },
      [
        'POLL_FAILED',
        'Kick answered 503 to all 3 calls between 17:00 and 17:30 UTC on 29 November 2026.',
        'CALLS true',
      ],
    ],
    [
      'no calls are kept',
      { callsSince: at('17:20') },
      ['UNKNOWN', 'Nothing is kept of that time that says why.', null],
    ],
    [
      'a node holds rows, and the channel was probed since',
      {
        calls: { well: 40, failed: [], silence: brief },
        backlogs: [{ node: 'a', oldestAt: at('17:10') }],
      },
      [
        'NOT_YET_SHIPPED',
        'Rows since 17:10 UTC on 29 November 2026 are still in the spool of node a: they come when it reaches ClickHouse.',
        'OPERATIONS',
      ],
    ],
    [
      'a node holds rows of a time of which no calls are kept',
      { callsSince: now, backlogs: [{ node: null, oldestAt: at('17:10') }] },
      [
        'NOT_YET_SHIPPED',
        'Rows since 17:10 UTC on 29 November 2026 are still in the spool of this node: they come when it reaches ClickHouse.',
        'OPERATIONS',
      ],
    ],
    [
      'a node holds later rows',
      {
        calls: { well: 40, failed: [], silence: brief },
        backlogs: [{ node: 'a', oldestAt: at('17:30') }],
      },
      [
        'PLATFORM_SILENT',
        'Kick answered all 40 calls between 17:00 and 17:30 UTC on 29 November 2026, but no answer told of the channel.',
        'CALLS',
      ],
    ],
    [
      'a node holds rows, but the channel was not probed since',
      { lastProbedAt: at('17:00'), backlogs: [{ node: 'a', oldestAt: at('16:00') }] },
      [
        'NODE_AWAY',
        'No poller asked Kick anything between 17:00 and 17:30 UTC on 29 November 2026: the program was stopped, restarted or cut off from its database.',
        'CALLS',
      ],
    ],
    [
      'over midnight both days are told',
      { calls: { well: 0, failed: [failed(5)], silence: { from: at('23:59', 28), to: at('00:01') } } },
      [
        'POLL_FAILED',
        'Kick answered 503 to all 5 calls between 23:50 UTC on 28 November 2026 and 00:10 UTC on 29 November 2026.',
        'CALLS true',
      ],
      { from: new Date(at('23:50', 28)), to: new Date(at('00:10')), reason: 'not probed' },
    ],
  ])('%s', (_, known, wanted, of = hole) => {
    expect(told(known, of)).toEqual(wanted.map((one) => one ?? undefined))
  })
})

test('a pause of the channel or of its platform is told before anything else', () => {
  expect(told({ unwatched: [off('16:40', '17:40')], calls: { well: 0, failed: [failed(3)], silence: brief } })).toEqual(
    [
      'PAUSED',
      'Watching of the channel was paused by anna at 16:40 UTC on 29 November 2026, and went on at 17:40 UTC on 29 November 2026.',
      'AUDIT channel:7',
    ],
  )
  const platform = off('16:40', null, { kind: 'platform', target: 'configuration:monitoring.kick.polling' })
  expect(told({ unwatched: [platform] }, hole, { details: true, people: false })).toEqual([
    'PAUSED',
    'Polling of Kick was switched off at 16:40 UTC on 29 November 2026, and still is.',
    'AUDIT configuration:monitoring.kick.polling',
  ])
  // One that covers less than half of the outage is not what it is about.
  expect(told({ unwatched: [off('16:40', '17:10')] })[0]).toBe('NODE_AWAY')
})

test('before somebody tracked it a channel is not tracked', () => {
  expect(told({}, outage('17:00', '17:30', 'not tracked yet'))).toEqual([
    'NOT_TRACKED',
    'Nobody tracked the channel before 17:30 UTC on 29 November 2026.',
    undefined,
  ])
  expect(told({ unwatched: [off('00:00', '17:31', { kind: 'never' })] })).toEqual([
    'NOT_TRACKED',
    'Nobody tracked the channel before 17:31 UTC on 29 November 2026.',
    'AUDIT channel:7',
  ])
  expect(told({ unwatched: [off('00:00', null, { kind: 'never' })] })[1]).toBe('Nobody tracked the channel until now.')
})

test('what is lost is told with the damage', () => {
  const lost = outage('17:00', '17:30', 'lost')
  const when = 'between 17:00 and 17:30 UTC on 29 November 2026'
  expect(told({ losses: [{ source: 'clickhouse', rows: 1_234, isAccepted: false }] }, lost)).toEqual([
    'LOST',
    `Probes received ${when} are lost (1,234 rows): a part of ClickHouse was damaged; it may still be repaired.`,
    'OPERATIONS',
  ])
  const losses = [
    { source: 'spool', rows: null, isAccepted: true },
    { source: 'spool', rows: 2, isAccepted: true },
  ] as const
  expect(told({ of: 'deliveries', losses }, lost)).toEqual([
    'LOST',
    `Deliveries received ${when} are lost (nobody knows how many): the spool of a node was damaged, and 1 more such loss; it will not be repaired.`,
    'DELIVERIES',
  ])
  expect(told({}, lost)[1]).toBe(`Probes received ${when} are lost.`)
})

test('callers without a role are told neither errors nor nodes nor people', () => {
  const calls = { well: 0, failed: [failed(1, { status: null, error: 'secret' })], silence: brief }
  expect(told({ calls }, hole, nothing)[1]).not.toContain('secret')
  expect(told({ unwatched: [off('16:40', null)] }, hole, nothing)[1]).not.toContain('anna')
  const backlogs = [{ node: 'secret', oldestAt: at('17:00') }]
  expect(told({ callsSince: now, backlogs }, hole, nothing)[1]).toContain('in the spool of a node:')
})
