import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bucket, type BucketPlan, bucketIndexOf, planBuckets } from '../../src/telemetry/buckets.ts'

const plan = (from: string, to: string, bucket: Bucket, timezone = 'UTC', maxPoints = 500): BucketPlan =>
  planBuckets({ range: { from: new Date(from), to: new Date(to) }, bucket, timezone, maxPoints })

const refusal = (...given: Parameters<typeof plan>) => {
  try {
    plan(...given)
    return undefined
  } catch (error) {
    return error as { code: string; message: string; extensions: object }
  }
}

/** Minutes of each bucket, equal neighbours counted. */
const lengths = ({ edges }: BucketPlan): string => {
  const runs: { minutes: number; count: number }[] = []
  for (let index = 1; index < edges.length; index++) {
    const minutes = (edges[index]! - edges[index - 1]!) / 60_000
    if (runs.at(-1)?.minutes === minutes) runs.at(-1)!.count += 1
    else runs.push({ minutes, count: 1 })
  }
  return runs.map(({ minutes, count }) => `${count}x${minutes}`).join(' ')
}

const edge = (ms: number | undefined): string => new Date(ms!).toISOString().replace(':00.000Z', 'Z')

describe('days on which clocks change', () => {
  test.each([
    [
      'America/New_York',
      'spring',
      '2026-03-08T05:00Z',
      '2026-03-09T04:00Z',
      { DAY: '1x1380', HOUR: '23x60', SIX_HOURS: '1x300 3x360', FIFTEEN_MINUTES: '92x15' },
    ],
    [
      'America/New_York',
      'autumn',
      '2026-11-01T04:00Z',
      '2026-11-02T05:00Z',
      { DAY: '1x1500', HOUR: '25x60', SIX_HOURS: '1x420 3x360', FIFTEEN_MINUTES: '100x15' },
    ],
    [
      'Australia/Lord_Howe',
      'spring',
      '2026-10-03T13:30Z',
      '2026-10-04T13:00Z',
      { DAY: '1x1410', HOUR: '2x60 1x30 21x60', FIFTEEN_MINUTES: '94x15' },
    ],
    [
      'Australia/Lord_Howe',
      'autumn',
      '2026-04-04T13:00Z',
      '2026-04-05T13:30Z',
      { DAY: '1x1470', HOUR: '1x60 1x90 22x60', FIFTEEN_MINUTES: '98x15' },
    ],
    [
      'Europe/Moscow',
      'the day it left summer time',
      '2014-10-25T20:00Z',
      '2014-10-26T21:00Z',
      { DAY: '1x1500', HOUR: '25x60' },
    ],
    [
      'America/Havana',
      'the midnight that comes twice',
      '2025-11-02T04:00Z',
      '2025-11-03T05:00Z',
      { DAY: '1x1500', SIX_HOURS: '1x420 3x360' },
    ],
    [
      'America/St_Johns',
      'the minute of a day that comes before the rest of the day before',
      '2006-10-28T02:30Z',
      '2006-10-31T03:30Z',
      { DAY: '1x1440 1x1500 1x1440' },
    ],
  ] as const)('%s, %s', (timezone, _, from, to, expected) => {
    for (const [bucket, shape] of Object.entries(expected)) {
      const made = plan(from, to, bucket as Bucket, timezone)
      expect([bucket, lengths(made)]).toEqual([bucket, shape])
      expect([edge(made.edges[0]), edge(made.edges.at(-1))]).toEqual([from, to])
    }
  })

  test('a day that a zone skipped has no bucket', () => {
    const { edges } = plan('2011-12-29T10:00Z', '2012-01-01T10:00Z', 'DAY', 'Pacific/Apia')
    expect(edges.map(edge)).toEqual([
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
      '2011-12-31T10:00Z',
      '2012-01-01T10:00Z',
    ])
  })
})

test('hours and days of a zone that is off by quarters begin on its own clock', () => {
  expect(plan('2026-04-04T18:15Z', '2026-04-05T18:15Z', 'HOUR', 'Asia/Kathmandu').edges.slice(0, 2).map(edge)).toEqual([
    '2026-04-04T18:15Z',
    '2026-04-04T19:15Z',
  ])
  expect(lengths(plan('2026-04-04T18:15Z', '2026-04-07T18:15Z', 'DAY', 'Asia/Kathmandu'))).toBe('3x1440')
})

test('weeks begin on Monday and months on the first, on the local clock', () => {
  const weeks = plan('2026-03-04T12:00Z', '2026-03-12T12:00Z', 'WEEK', 'America/New_York')
  expect(weeks.edges.map(edge)).toEqual(['2026-03-02T05:00Z', '2026-03-09T04:00Z', '2026-03-16T04:00Z'])
  const months = plan('2026-02-10T00:00Z', '2026-04-01T00:00Z', 'MONTH', 'America/New_York')
  expect(months.edges.map(edge)).toEqual(['2026-02-01T05:00Z', '2026-03-01T05:00Z', '2026-04-01T04:00Z'])
})

describe('the number of buckets', () => {
  test('may be the maximum, and not one more', () => {
    expect(plan('2026-01-01T00:00Z', '2026-01-01T08:20Z', 'MINUTE').edges).toHaveLength(501)
    expect(refusal('2026-01-01T00:00Z', '2026-01-01T08:21Z', 'MINUTE')).toMatchObject({
      code: 'BUCKET_LIMIT_EXCEEDED',
      message:
        'The range has 501 buckets of MINUTE, the maximum is 500: use bucket FIVE_MINUTES or coarser, or ask for a shorter range.',
      extensions: { count: 501, maximum: 500, suggestion: 'FIVE_MINUTES' },
    })
    expect(refusal('2026-01-01T00:00:30Z', '2026-01-01T08:20:30Z', 'MINUTE')).toMatchObject({
      extensions: { count: 501 },
    })
  })

  test('of ten years of minutes is refused with a bucket that fits', () => {
    expect(refusal('2016-01-01T00:00Z', '2026-01-01T00:00Z', 'MINUTE', 'America/New_York')).toMatchObject({
      code: 'BUCKET_LIMIT_EXCEEDED',
      extensions: { count: 5_260_320, suggestion: 'MONTH' },
    })
  })

  test('that no bucket brings below the maximum is refused without a suggestion', () => {
    expect(refusal('2000-01-01T00:00Z', '2026-01-01T00:00Z', 'AUTO', 'UTC', 10)).toMatchObject({
      code: 'BUCKET_LIMIT_EXCEEDED',
      message: 'The range has 312 buckets of MONTH, the maximum is 10: ask for a shorter range.',
    })
  })

  test.each([
    ['2026-01-01T08:20Z', 'MINUTE'],
    ['2026-01-02T00:00Z', 'FIVE_MINUTES'],
    ['2026-01-05T00:00Z', 'FIFTEEN_MINUTES'],
    ['2026-01-20T00:00Z', 'HOUR'],
    ['2026-04-01T00:00Z', 'SIX_HOURS'],
    ['2027-01-01T00:00Z', 'DAY'],
    ['2030-01-01T00:00Z', 'WEEK'],
    ['2040-01-01T00:00Z', 'MONTH'],
  ] as const)('until %s makes AUTO choose %s', (to, bucket) => {
    expect(plan('2026-01-01T00:00Z', to, 'AUTO').bucket).toBe(bucket)
  })
})

test.each([
  ['range.from must not be after range.to.', () => refusal('2026-01-02T00:00Z', '2026-01-01T00:00Z', 'DAY')],
  [
    'maxPoints must be a whole number from 1 to 10000.',
    () => refusal('2026-01-01T00:00Z', '2026-01-02T00:00Z', 'DAY', 'UTC', 0),
  ],
  [
    'maxPoints must be a whole number from 1 to 10000.',
    () => refusal('2026-01-01T00:00Z', '2026-01-02T00:00Z', 'DAY', 'UTC', 10_001),
  ],
  [
    'maxPoints must be a whole number from 1 to 10000.',
    () => refusal('2026-01-01T00:00Z', '2026-01-02T00:00Z', 'DAY', 'UTC', 1.5),
  ],
  [
    'timezone must be the IANA name of a time zone, such as America/New_York.',
    () => refusal('2026-01-01T00:00Z', '2026-01-02T00:00Z', 'DAY', 'Mars/X'),
  ],
  [
    'timezone must be the IANA name of a time zone, such as America/New_York.',
    () => refusal('2026-01-01T00:00Z', '2026-01-02T00:00Z', 'DAY', '+05:30'),
  ],
  [
    'range.from must be an instant from 1970-01-01T00:00:00Z to 2106-02-07T06:28:15.999Z.',
    () => refusal('1969-12-31T23:59:59.999Z', '2026-01-02T00:00Z', 'DAY'),
  ],
  [
    'range.to must be an instant from 1970-01-01T00:00:00Z to 2106-02-07T06:28:15.999Z.',
    () => refusal('2026-01-01T00:00Z', '2106-02-07T06:28:16Z', 'DAY'),
  ],
  [
    'range.to must be an instant from 1970-01-01T00:00:00Z to 2106-02-07T06:28:15.999Z.',
    () => refusal('2026-01-01T00:00Z', 'nonsense', 'DAY'),
  ],
])('%s', (message, refused) => {
  expect(refused()).toMatchObject({ code: 'BAD_USER_INPUT', message })
})

test('a range without length has no buckets', () => {
  expect(plan('2026-01-01T00:00Z', '2026-01-01T00:00Z', 'DAY').edges).toEqual([])
})

const zones = fc.constantFrom(
  'UTC',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'America/Havana',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Antarctica/Troll',
)
const buckets = fc.constantFrom<Bucket>(
  'MINUTE',
  'FIVE_MINUTES',
  'FIFTEEN_MINUTES',
  'HOUR',
  'SIX_HOURS',
  'DAY',
  'WEEK',
  'MONTH',
)
const start = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2030, 0, 1) / 1000 })
const widths: Record<string, number> = {
  MINUTE: 60,
  FIVE_MINUTES: 300,
  FIFTEEN_MINUTES: 900,
  HOUR: 3_600,
  SIX_HOURS: 21_600,
  DAY: 86_400,
  WEEK: 604_800,
  MONTH: 2_600_000,
}

test('buckets follow each other, cover the range and touch it, and a part of the range has the same ones', () => {
  fc.assert(
    fc.property(
      zones,
      buckets,
      start,
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (timezone, bucket, from, share) => {
        const seconds = Math.ceil(widths[bucket]! * 200 * share)
        const make = (first: number, last: number) =>
          planBuckets({ range: { from: new Date(first), to: new Date(last) }, bucket, timezone, maxPoints: 10_000 })
            .edges
        const [first, last] = [from * 1000, (from + seconds) * 1000]
        const edges = make(first, last)
        expect(edges.every((ms, index) => index === 0 || ms > edges[index - 1]!)).toBe(true)
        expect(edges[0]! <= first && edges[1]! > first && edges.at(-1)! >= last && edges.at(-2)! < last).toBe(true)
        if (edges.length > 3) expect(make(edges[1]!, edges.at(-2)!)).toEqual(edges.slice(1, -1))
      },
    ),
    { numRuns: 400 },
  )
})

test('an instant is placed between the edges that hold it', () => {
  const edges = [0, 10, 20, 50]
  expect([0, 9, 10, 19, 20, 49].map((ms) => bucketIndexOf(edges, ms))).toEqual([0, 0, 1, 1, 2, 2])
})
