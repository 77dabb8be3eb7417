import { describe, expect, test } from 'vitest'
import { judgeProbes, type LostSpan } from '../../src/telemetry/outages.ts'
import type { OutageEnd } from '../../src/telemetry/probe-columns.ts'
import type { ProbeCounts } from '../../src/telemetry/probe-sums.ts'

const minute = 60_000
// Instants in minutes of an hour that is asked for from 0 to 60.
const at = (minutes: number) => minutes * minute

const looks = (probes: readonly number[], outages: readonly { until: number; missed: number }[] = []): ProbeCounts => ({
  probes: probes.length,
  missed: outages.reduce((sum, { missed }) => sum + missed, 0),
  firstProbeAt: probes.length === 0 ? Number.POSITIVE_INFINITY : at(Math.min(...probes)),
  lastProbeAt: probes.length === 0 ? Number.NEGATIVE_INFINITY : at(Math.max(...probes)),
  outages: outages.map(({ until, missed }): OutageEnd => ({ until: at(until), missed, seconds: (missed + 1) * 60 })),
})

const everyMinute = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

type Case = {
  now?: number
  completeThrough?: number
  firstSeen?: number
  lastProbed?: number | null
  interval?: number | null
  next?: ProbeCounts
  /** From and to, in minutes. */
  lost?: readonly (readonly [number, number])[]
}

const judge = (
  probes: ProbeCounts,
  {
    now = 1_000,
    completeThrough = now,
    firstSeen = -1_000,
    lastProbed = now,
    interval = 60,
    next,
    lost = [],
  }: Case = {},
) => {
  const { outages, coverage } = judgeProbes(
    {
      from: 0,
      to: at(60),
      now: at(now),
      completeThrough: at(completeThrough),
      lost: lost.map(([from, to]): LostSpan => ({ from: at(from), to: at(to), mayReturn: true })),
    },
    {
      firstSeenAt: new Date(at(firstSeen)),
      lastProbedAt: lastProbed === null ? null : new Date(at(lastProbed)),
      intervalSeconds: interval,
    },
    probes,
    next,
  )
  return { spans: outages.map((o) => [o.from.getTime() / minute, o.to.getTime() / minute, o.reason]), coverage }
}

describe('a range that has passed', () => {
  test('and was looked at throughout is covered', () => {
    expect(judge(looks(everyMinute(0, 60)), { next: looks([60]) })).toEqual({ spans: [], coverage: 1 })
  })

  test('has the outages that a probe ended, and lacks the probes they cost', () => {
    const probes = looks([...everyMinute(0, 10), ...everyMinute(30, 60)], [{ until: 30, missed: 20 }])
    expect(judge(probes, { next: looks([60]) })).toEqual({ spans: [[9, 30, 'not probed']], coverage: 40 / 60 })
  })

  test('begins inside an outage: only the part inside counts', () => {
    const probes = looks(everyMinute(20, 60), [{ until: 20, missed: 99 }])
    expect(judge(probes, { next: looks([60]) })).toEqual({ spans: [[0, 20, 'not probed']], coverage: 40 / 60 })
  })

  test('ends inside an outage that a later probe ended', () => {
    const next = looks([100], [{ until: 100, missed: 60 }])
    const { spans, coverage } = judge(looks(everyMinute(0, 40)), { next })
    expect(spans).toEqual([[39, 60, 'not probed']])
    expect(coverage).toBeCloseTo(40 / 61)
  })

  test('ends inside an outage that outlasts what is read behind the range', () => {
    const { spans, coverage } = judge(looks(everyMinute(0, 40)))
    expect(spans).toEqual([[39, 60, 'not probed']])
    expect(coverage).toBeCloseTo(40 / 60)
  })

  test('lies between two probes of a slow interval: nothing was missed', () => {
    expect(judge(looks([]), { interval: 7_200, next: looks([70]) })).toEqual({ spans: [], coverage: 1 })
  })

  test('lies within one outage', () => {
    expect(judge(looks([]), { next: looks([100], [{ until: 100, missed: 299 }]) })).toEqual({
      spans: [[0, 60, 'not probed']],
      coverage: 0,
    })
  })

  test('lies before the channel was tracked', () => {
    expect(judge(looks([]), { firstSeen: 500 })).toEqual({ spans: [[0, 60, 'not tracked yet']], coverage: 0 })
  })

  test('begins before the channel was tracked', () => {
    expect(judge(looks(everyMinute(30, 60)), { firstSeen: 30, next: looks([60]) })).toEqual({
      spans: [[0, 30, 'not tracked yet']],
      coverage: 0.5,
    })
  })

  test('begins before tracking: that time counts by its length, however often the channel was and is looked at', () => {
    const everyOther = everyMinute(30, 60).filter((minute) => minute % 2 === 0)
    for (const interval of [60, 300, 3_600]) {
      const { coverage } = judge(looks(everyOther), { firstSeen: 30, interval, next: looks([60]) })
      expect(coverage).toBe(0.5)
    }
  })

  test('was looked at before the channel was known under its number', () => {
    expect(judge(looks(everyMinute(0, 60)), { firstSeen: 30, next: looks([60]) })).toEqual({ spans: [], coverage: 1 })
  })
})

describe('a range that reaches the present', () => {
  test('and whose last probe is not overdue has no outage', () => {
    expect(judge(looks(everyMinute(0, 30)), { now: 31, lastProbed: 29 })).toEqual({ spans: [], coverage: 1 })
  })

  test('whose last probe is overdue is in an outage until now', () => {
    const { spans, coverage } = judge(looks(everyMinute(0, 30)), { now: 40, lastProbed: 29 })
    expect(spans).toEqual([[29, 40, 'not probed']])
    expect(coverage).toBeCloseTo(30 / 40)
  })

  test('of a slow interval is overdue later', () => {
    expect(judge(looks([0, 5]), { now: 15, lastProbed: 5, interval: 300 }).spans).toEqual([])
    expect(judge(looks([0, 5]), { now: 18, lastProbed: 5, interval: 300 }).spans).toEqual([[5, 18, 'not probed']])
  })

  test('whose last probes have not arrived yet is in no outage', () => {
    expect(judge(looks(everyMinute(0, 30)), { now: 40, lastProbed: 39, completeThrough: 30 }).spans).toEqual([])
  })

  test('of a channel that was never probed is an outage since it was tracked', () => {
    expect(judge(looks([]), { now: 40, firstSeen: 10, lastProbed: null, interval: null })).toEqual({
      spans: [
        [0, 10, 'not tracked yet'],
        [10, 40, 'not probed'],
      ],
      coverage: 0,
    })
  })
})

test('of a range that has not begun nothing is expected and nothing known', () => {
  expect(judge(looks([]), { now: -10, lastProbed: -11 })).toEqual({ spans: [], coverage: 0 })
})

test('outages that touch are one', () => {
  const probes = looks(
    [10, 20],
    [
      { until: 20, missed: 9 },
      { until: 10, missed: 9 },
    ],
  )
  expect(judge(probes, { now: 21, lastProbed: 20 }).spans).toEqual([[0, 20, 'not probed']])
})

describe('of a range of which rows are lost', () => {
  test('the span is told and counts as not seen, although the next probe says that nothing was missed', () => {
    const probes = looks([...everyMinute(0, 10), ...everyMinute(30, 60)])
    const { spans, coverage } = judge(probes, { next: looks([60]), lost: [[10, 30]] })
    expect(spans).toEqual([[10, 30, 'lost']])
    expect(coverage).toBeCloseTo(40 / 60)
  })

  test('everything can be lost', () => {
    expect(judge(looks([]), { next: looks([60]), lost: [[-500, 500]] })).toEqual({
      spans: [[0, 60, 'lost']],
      coverage: 0,
    })
  })

  test('spans that overlap are one, and what lies elsewhere does not matter', () => {
    const lost = [
      [20, 30],
      [10, 25],
      [60, 90],
      [-5, 0],
    ] as const
    const probes = looks([...everyMinute(0, 10), ...everyMinute(30, 60)])
    const { spans, coverage } = judge(probes, { next: looks([60]), lost })
    expect(spans).toEqual([[10, 30, 'lost']])
    expect(coverage).toBeCloseTo(40 / 60)
  })

  test('the last of it is not told as not probed as well', () => {
    const { spans, coverage } = judge(looks(everyMinute(0, 40)), { lost: [[40, 60]] })
    expect(spans).toEqual([[40, 60, 'lost']])
    expect(coverage).toBeCloseTo(40 / 60)
  })

  test('what lies before the channel was tracked could not be lost', () => {
    const { spans } = judge(looks(everyMinute(30, 60)), { firstSeen: 30, next: looks([60]), lost: [[0, 35]] })
    expect(spans).toEqual([
      [0, 30, 'not tracked yet'],
      [30, 35, 'lost'],
    ])
  })
})
